"""Whole runs with real model libraries: loaded from a directory, and fetched by `auto` from a hub that breaks off."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from tests.models import PARAKEET_SAYS, WHISPER_SAYS, tiny_parakeet, tiny_whisper
from tests.peers.hub import HubPeer
from transcripts.domain.export import render
from transcripts.domain.sample import sample_path
from transcripts.enums import TranscriptStatus
from transcripts.models import Transcript
from transcripts.pipeline import intake
from transcripts.pipeline.context import Context

Drain = Callable[[], None]
Configure = Callable[..., None]


@pytest.fixture
def configure(settings: LazySettings, tmp_path: Path) -> Configure:
    """Choose the speech engine and its options."""

    def change(engine: str, **options: dict[str, Any]) -> None:
        changed = copy.deepcopy(settings.ENGINE_OPTIONS)
        for name, values in options.items():
            changed["transcription"][name] |= values
        settings.ENGINE_OPTIONS = changed
        settings.TRANSCRIPTION_ENGINE = engine
        settings.MODELS_DIR = tmp_path / "models"

    return change


def start(transcript: Transcript) -> None:
    with sample_path().open("rb") as audio:
        intake.receive_file(transcript, audio)


def assert_says(transcript: Transcript, engine: str, words: str) -> None:
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.ENDED, transcript.error
    assert transcript.engines["transcription"]["engine"] == engine
    assert words.split(maxsplit=1)[0] in render(transcript, "text")
    first = transcript.utterances.all()[0]
    assert all(word["end"] >= word["start"] for word in first.words)
    assert first.words == sorted(first.words, key=lambda word: word["start"])


@pytest.mark.parametrize(
    ("engine", "build", "says"), [("whisper", tiny_whisper, WHISPER_SAYS), ("parakeet", tiny_parakeet, PARAKEET_SAYS)]
)
def test_a_model_from_a_directory(
    drain: Drain,
    transcript: Transcript,
    configure: Configure,
    tmp_path: Path,
    engine: str,
    build: Callable[[Path], Path],
    says: str,
) -> None:
    configure(engine, **{engine: {"model": str(build(tmp_path / "model"))}})
    start(transcript)
    drain()
    assert_says(transcript, engine, says)


def test_auto_fetches_a_model_and_goes_on_where_the_line_broke(
    drain: Drain,
    transcript: Transcript,
    configure: Configure,
    settings: LazySettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    say = Context.say

    def listen(context: Context, message: str, done: float = 0, total: float = 0) -> None:
        said.append(message)
        say(context, message, done, total)

    monkeypatch.setattr(Context, "say", listen)
    settings.OFFLINE = False
    with HubPeer({"somebody/tiny": tiny_whisper(tmp_path / "served")}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
        hub.cut_once = "model.bin"
        configure("auto", whisper={"model": "somebody/tiny"}, parakeet={"model": str(tmp_path / "no-such-directory")})
        start(transcript)
        drain()
        broken, resumed = hub.downloads("model.bin")
    assert "range" not in broken.headers
    assert resumed.headers["range"].startswith("bytes=")
    assert any("Fetching the model somebody/tiny" in message for message in said)
    assert_says(transcript, "whisper", WHISPER_SAYS)
