"""pyannote.audio: neural diarization, the most accurate there is in the open, as an extra.

It needs PyTorch (some gigabytes), a model whose conditions one accepts on the hub, and a good machine: on a CPU it can
take five times as long as the recording. Packages are imported when the model is loaded, not before.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, SpeakerTurn, TryAgain
from transcripts.engines.diarization.turns import normalised
from transcripts.engines.wav import RATE, as_floats, read_clip

DEFAULT_MODEL = "pyannote/speaker-diarization-community-1"
#: The file that makes a directory a model.
CONFIGURATION = "config.yaml"
#: The parts of the work that the pipeline reports, and where each begins and ends as a share of it.
STAGES: Mapping[str, tuple[float, float]] = {
    "segmentation": (0.0, 0.3),
    "speaker_counting": (0.3, 0.32),
    "embeddings": (0.32, 0.97),
    "discrete_diarization": (0.97, 1.0),
}


class PyannoteDiarizer:
    """Options: `model` (a name on the hub or a directory), `device` ("cpu", "cuda"), `token` for gated models, `cache`
    (where fetched models are), `offline` (fetch none) and `max_speakers`."""

    name: ClassVar[str] = "pyannote"
    needs_url: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._model: str = options.get("model") or DEFAULT_MODEL
        self._pipeline: Any = None

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if find_spec("pyannote") is None or find_spec("pyannote.audio") is None:
            return "The engine pyannote needs the package pyannote.audio: pip install pyannote.audio."
        model = options.get("model") or DEFAULT_MODEL
        if _is_path(model):
            if not (Path(model) / CONFIGURATION).is_file():
                return f"PYANNOTE_MODEL is {model}, where there is no {CONFIGURATION}: set it to a model's directory."
            return None
        if options.get("offline") and not _fetched(model, options):
            return f"The model {model} is not on this machine and OFFLINE is set: set PYANNOTE_MODEL to a directory."
        if not options.get("token") and not _fetched(model, options):
            return (
                f"The model {model} is given to those who accept its conditions: do so on its page at the hub and set "
                "HF_TOKEN, or set PYANNOTE_MODEL to the directory of a model."
            )
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model=self._model, version=version("pyannote.audio"))

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report(f"Loading the model {self._model}", 0, 1)
        self._load()
        report(f"The model {self._model} is ready", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        """Turns in seconds of the file; they overlap where people do. Raises Never where the model cannot be loaded."""
        pipeline = self._load()
        import torch  # noqa: PLC0415 -- gigabytes, and only here where pyannote is asked for

        samples = torch.from_numpy(as_floats(read_clip(clip)))[None]
        if not samples.shape[1]:
            return []
        most = self._options.get("max_speakers")
        found = pipeline(
            {"waveform": samples, "sample_rate": RATE},
            hook=functools.partial(_follow, progress, clip.end - clip.start),
            **({"max_speakers": int(most)} if most else {}),
        )
        turns = getattr(found, "speaker_diarization", found)  # before version 4 the turns themselves came back
        return normalised(
            (clip.start + segment.start, min(clip.start + segment.end, clip.end), speaker)
            for segment, _, speaker in turns.itertracks(yield_label=True)
        )

    def _load(self) -> Any:
        if self._pipeline is None:
            self._pipeline = _loaded(self._model, self._options)
        return self._pipeline


def _loaded(model: str, options: Mapping[str, Any]) -> Any:
    try:
        import torch  # noqa: PLC0415 -- see above
        from pyannote.audio import Pipeline  # noqa: PLC0415
    except ImportError as error:
        raise Never(f"The engine pyannote cannot be loaded: {error}. Run: pip install pyannote.audio.") from error
    try:
        pipeline = Pipeline.from_pretrained(model, token=options.get("token") or None, cache_dir=options.get("cache"))
    except OSError as error:  # what huggingface_hub and requests raise, too: the network, or a model that is not there
        raise TryAgain(f"The model {model} cannot be loaded: {error}.") from error
    if pipeline is None:  # this is how it says that the hub refused
        raise Never(f"The hub does not give out the model {model}: accept its conditions there and set HF_TOKEN.")
    return pipeline.to(torch.device(options.get("device") or "cpu"))


def _fetched(model: str, options: Mapping[str, Any]) -> bool:
    """Whether the configuration of this model lies in the cache of the hub's client."""
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415 -- slow to import, and seldom asked

    return isinstance(try_to_load_from_cache(model, CONFIGURATION, cache_dir=options.get("cache")), str)


def _is_path(model: str) -> bool:
    return model.startswith(("/", "./", "../", "~")) or Path(model).exists()


def _follow(
    progress: Progress,
    seconds: float,
    stage: str,
    _artifact: object,
    *,
    total: int | None = None,
    completed: int | None = None,
    **_: object,
) -> None:
    """The hook that the pipeline calls: a stage has ended, or so many of its steps are done."""
    if stage in STAGES:
        first, last = STAGES[stage]
        done = completed / total if total and completed is not None else 1.0
        progress((first + (last - first) * done) * seconds, seconds)
