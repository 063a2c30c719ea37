"""The engine around pyannote.audio. Its models need gigabytes, so here a pipeline of the same interface stands in."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pyannote.core import Annotation, Segment

from tests.transcripts.engines.sounds import clip_of, silence
from transcripts.engines.base import Clip, Never, SpeakerTurn, TryAgain
from transcripts.engines.diarization.pyannote import PyannoteDiarizer


@dataclass
class Output:
    """What version 4 gives back."""

    speaker_diarization: Annotation


class Pipeline:
    """Two speakers, a stage after the other, as `pyannote.audio.Pipeline` reports them."""

    loaded: list[dict[str, Any]] = []
    failure: Exception | None = None
    refused = False

    @classmethod
    def from_pretrained(cls, checkpoint: str, **options: Any) -> "Pipeline | None":
        if cls.failure:
            raise cls.failure
        cls.loaded.append({"checkpoint": checkpoint, **options})
        return None if cls.refused else cls()

    def to(self, device: str) -> "Pipeline":
        self.loaded[-1]["device"] = device
        return self

    def __call__(self, file: dict[str, Any], *, hook: Callable[..., None], **options: Any) -> Output:
        assert file["waveform"].shape == (1, 16_000 * 4)
        assert file["waveform"].dtype == np.float32
        self.loaded[-1] |= options
        hook("segmentation", None, file=file, total=2, completed=1)
        hook("embeddings", None, file=file, total=4, completed=2)
        hook("a stage of the future", None, file=file)
        hook("discrete_diarization", object(), file=file)
        turns = Annotation()
        turns[Segment(2.0, 4.5), "a"] = "SPEAKER_00"
        turns[Segment(0.5, 2.5), "b"] = "SPEAKER_01"
        return Output(turns)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> type[Pipeline]:
    """As if torch and pyannote.audio were installed."""
    torch, audio = ModuleType("torch"), ModuleType("pyannote.audio")
    torch.from_numpy, torch.device = np.asarray, str  # type: ignore[attr-defined]
    audio.Pipeline = Pipeline  # type: ignore[attr-defined]
    audio.__spec__ = ModuleSpec("pyannote.audio", None)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "pyannote.audio", audio)
    monkeypatch.setattr(Pipeline, "loaded", [])
    return Pipeline


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    whole = clip_of(silence(14), tmp_path)
    return Clip(whole.path, 10.0, 14.0)


def test_turns_get_the_times_of_the_recording(installed: type[Pipeline], clip: Clip) -> None:
    seen: list[float] = []
    engine = PyannoteDiarizer({"device": "cuda", "token": "hf", "cache": "/models", "max_speakers": 4})
    turns = engine.diarize(clip, progress=lambda done, total: seen.append(done / total))
    assert turns == [SpeakerTurn(10.5, 12.5, 0), SpeakerTurn(12.0, 14.0, 1)]
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert installed.loaded == [
        {
            "checkpoint": "pyannote/speaker-diarization-community-1",
            "token": "hf",
            "cache_dir": "/models",
            "device": "cuda",
            "max_speakers": 4,
        }
    ]


def test_the_model_is_loaded_once(installed: type[Pipeline], clip: Clip) -> None:
    engine = PyannoteDiarizer({})
    engine.prepare(lambda *_: None)
    engine.diarize(clip, progress=lambda *_: None)
    assert len(installed.loaded) == 1


def test_a_hub_that_refuses_is_final(installed: type[Pipeline], clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installed, "refused", True)
    with pytest.raises(Never, match="accept its conditions there and set HF_TOKEN"):
        PyannoteDiarizer({}).diarize(clip, progress=lambda *_: None)


def test_a_hub_that_cannot_be_reached_is_tried_again(
    installed: type[Pipeline], clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "failure", OSError("Connection refused"))
    with pytest.raises(TryAgain, match="Connection refused"):
        PyannoteDiarizer({}).diarize(clip, progress=lambda *_: None)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pyannote.audio", raising=False)
    assert PyannoteDiarizer.unavailable({}) == (
        "The engine pyannote needs the package pyannote.audio: pip install pyannote.audio."
    )


@pytest.mark.usefixtures("installed")
def test_what_else_it_needs(tmp_path: Path) -> None:
    directory = tmp_path / "model"
    directory.mkdir()
    cache = str(tmp_path / "cache")
    assert "there is no config.yaml" in (PyannoteDiarizer.unavailable({"model": str(directory)}) or "")
    (directory / "config.yaml").touch()
    assert PyannoteDiarizer.unavailable({"model": str(directory)}) is None
    assert "set HF_TOKEN" in (PyannoteDiarizer.unavailable({"cache": cache}) or "")
    assert PyannoteDiarizer.unavailable({"cache": cache, "token": "hf"}) is None
    assert "OFFLINE is set" in (PyannoteDiarizer.unavailable({"cache": cache, "token": "hf", "offline": True}) or "")
