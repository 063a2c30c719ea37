"""Whole runs with a language model service that misbehaves: words on the transcript, nothing lost, and again works."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from tests.peers.openai_chat import OpenAIChatPeer
from transcripts.domain.sample import sample_path
from transcripts.enums import TranscriptStatus
from transcripts.models import Transcript
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
