"""Whole runs with services that misbehave: words on the transcript, nothing lost, and again works."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from consent.models import AudioKind, AudioObject
from tests.peers.gpu_audio import KEY as GPU_KEY
from tests.peers.gpu_audio import GpuAudioPeer
from tests.peers.openai_audio import KEY, OpenAIAudioPeer
from tests.peers.openai_chat import INVENTION, OpenAIChatPeer
from transcripts.domain.sample import sample_path
from transcripts.enums import TranscriptStatus
from transcripts.models import Part, Transcript
from transcripts.pipeline import intake, runs

Drain = Callable[[], None]


@pytest.fixture
def peer(settings: LazySettings) -> Iterator[OpenAIChatPeer]:
    with OpenAIChatPeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["language"]["openai"] |= {"url": peer.url, "model": peer.model, "timeout": 0.5, "max_retries": 0}
        settings.ENGINE_OPTIONS = options
        settings.LANGUAGE_ENGINE = "auto"
        yield peer


def start(transcript: Transcript) -> None:
    with sample_path().open("rb") as audio:
        intake.receive_file(transcript, audio)


def test_a_configured_service_is_used_and_named(drain: Drain, transcript: Transcript, peer: OpenAIChatPeer) -> None:
    start(transcript)
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ENDED, transcript.error
    assert transcript.engines["summary"]["engine"] == "openai"
    assert transcript.engines["summary"]["model"] == peer.model
    assert transcript.title
    assert transcript.summary_citations["short"][0]["seconds"]


def test_what_a_model_invents_does_not_reach_the_transcript(
    drain: Drain, transcript: Transcript, peer: OpenAIChatPeer
) -> None:
    peer.behaviour = "inventing"
    start(transcript)
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ENDED, transcript.error
    assert transcript.quality is not None
    invented = [one for one in transcript.quality["left_out"] if one["text"] == INVENTION]
    assert {one["what"] for one in invented} == {"summary", "decision", "next step"}
    assert transcript.short_summary
    assert INVENTION not in f"{transcript.short_summary} {transcript.long_summary} {transcript.action_items}"
    assert transcript.quality["checked"]["grounded"] > transcript.quality["checked"]["dropped"]


@pytest.mark.parametrize("behaviour", ["error_500", "nonsense", "slow"])
def test_a_service_that_fails_fails_with_words_and_again_goes_on(
    drain: Drain, transcript: Transcript, peer: OpenAIChatPeer, behaviour: str
) -> None:
    peer.behaviour = behaviour
    start(transcript)
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ERROR
    assert transcript.error.endswith(".")
    assert transcript.utterances.exists(), "what a step made stays when a later one fails"

    peer.behaviour = "good"
    run = runs.process(transcript)
    assert "transcribe" in set(run.steps.filter(carried=True).values_list("name", flat=True))
    drain()
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.ENDED, "")
    assert transcript.short_summary


@pytest.fixture
def speech(settings: LazySettings) -> Iterator[OpenAIAudioPeer]:
    with OpenAIAudioPeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["transcription"]["openai"] |= {"url": f"{peer.url}/v1", "key": KEY, "timeout": 2}
        settings.ENGINE_OPTIONS = options
        settings.TRANSCRIPTION_ENGINE = "openai"
        yield peer


def test_a_speech_service_that_fails_then_works(drain: Drain, transcript: Transcript, speech: OpenAIAudioPeer) -> None:
    speech.behaviour = "busy"
    start(transcript)
    drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ERROR
    assert transcript.error.endswith(".")
    assert KEY not in transcript.error
    assert transcript.waveform, "what does not need the words is there"

    speech.behaviour = "words"
    runs.process(transcript)
    drain()
    transcript.refresh_from_db()
    assert (transcript.status, transcript.error) == (TranscriptStatus.ENDED, "")
    assert transcript.engines["transcription"]["engine"] == "openai"
    assert transcript.utterances.exists()
    assert not Part.objects.filter(result__icontains=KEY).exists(), "keys do not belong in the database"


@pytest.mark.parametrize("mode", ["upload", "url"])
def test_the_gpu_contract_by_upload_and_by_address(
    drain: Drain, transcript: Transcript, settings: LazySettings, live_server: LiveServer, mode: str
) -> None:
    with GpuAudioPeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["transcription"]["gpu"] |= {"url": peer.url, "key": GPU_KEY, "mode": mode, "timeout": 10}
        settings.ENGINE_OPTIONS = options
        settings.TRANSCRIPTION_ENGINE = "gpu"
        settings.BASE_URL = live_server.url  # from which the service fetches what it is to hear
        start(transcript)
        drain()
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ENDED, transcript.error
    assert transcript.utterances.exists()
    assert not AudioObject.objects.live().filter(kind=AudioKind.SHARD).exists()
    shards = AudioObject.objects.filter(kind=AudioKind.SHARD)
    assert shards.exists() == (mode == "url")
    assert all(shard.verified_at for shard in shards)
