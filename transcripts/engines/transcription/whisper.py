"""Whisper on this machine, through faster-whisper (CTranslate2): 99 languages, and it hears which one is spoken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from transcripts.engines import hub
from transcripts.engines.base import Clip, EngineInfo, Never, Progress, Transcription, Word
from transcripts.engines.transcription.languages import WHISPER
from transcripts.engines.wav import RATE, as_floats, read_clip

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline

#: Where the models that have a short name lie on the hub.
REPOSITORIES: Mapping[str, str] = {
    **{size: f"Systran/faster-whisper-{size}" for size in ("tiny", "base", "small", "medium", "large-v2", "large-v3")},
    **{f"{size}.en": f"Systran/faster-whisper-{size}.en" for size in ("tiny", "base", "small", "medium")},
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
NEEDED = ("model.bin", "config.json", "tokenizer.json")
WANTED = (*NEEDED, "preprocessor_config.json", "vocabulary.*")

DEFAULT_MODEL = "small"
BATCH = 8


class WhisperTranscriber:
    """Options: `model` (a short name, a repository or a directory), `compute_type`, `device`, `threads`, and those of
    the hub (`cache`, `offline`, `token`)."""

    name: ClassVar[str] = "whisper"
    needs_url: ClassVar[bool] = False
    #: A few batches of its windows of 30 s.
    shard_seconds: ClassVar[float] = 240.0

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._model: str = options.get("model") or DEFAULT_MODEL
        self._pipeline: BatchedInferencePipeline | None = None

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if find_spec("faster_whisper") is None:
            return "The engine whisper needs the package faster-whisper: pip install faster-whisper."
        try:
            model = _wanted_model(options.get("model") or DEFAULT_MODEL)
        except Never as error:
            return str(error)
        return hub.unavailable(model, options) if isinstance(model, hub.Model) else None

    def info(self) -> EngineInfo:
        model = Path(self._model).name if Path(self._model).is_dir() else self._model
        return EngineInfo(engine=self.name, model=model, version=version("faster-whisper"))

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        self._load(report)
        report(f"Whisper ({self.info().model}) is ready", 1, 1)

    def languages(self) -> frozenset[str] | None:
        return frozenset({"en"}) if self._model.endswith(".en") else frozenset(WHISPER)

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        pipeline = self._load(lambda *_: None)
        samples = read_clip(clip)
        if not len(samples):
            return Transcription(words=[], language=language or "")
        segments, info = pipeline.transcribe(
            as_floats(samples),
            language=language,
            word_timestamps=True,
            vad_filter=True,
            batch_size=BATCH,
        )
        words: list[Word] = []
        for segment in segments:  # computed as they are asked for
            words += [_word(word, clip) for word in segment.words or [] if word.word.strip()]
            progress(min(max(0.0, segment.end), len(samples) / RATE), len(samples) / RATE)
        return Transcription(words=words, language=info.language)

    def _load(self, report: hub.Report) -> BatchedInferencePipeline:
        if self._pipeline is None:
            model = _wanted_model(self._model)
            directory = hub.fetch(model, self._options, report) if isinstance(model, hub.Model) else model
            report(f"Loading Whisper ({self.info().model})", 0, 1)
            self._pipeline = self._opened(directory)
        return self._pipeline

    def _opened(self, directory: Path) -> BatchedInferencePipeline:
        from faster_whisper import BatchedInferencePipeline, WhisperModel  # noqa: PLC0415 -- a second to import

        try:
            model = WhisperModel(
                str(directory),
                device=self._options.get("device") or "auto",
                compute_type=self._options.get("compute_type") or "int8",
                cpu_threads=int(self._options.get("threads") or 0),
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise Never(
                f"Whisper cannot use the model in {directory}: {error}. Check model, device and compute type."
            ) from error
        return BatchedInferencePipeline(model=model)


def _wanted_model(model: str) -> hub.Model | Path:
    """The repository behind a name, or the directory that was named. Raises Never when it is neither.

    Looked at here because faster-whisper takes a directory that is not there for a repository, and says of its name
    that it is not a valid one.
    """
    directory = Path(model).expanduser()
    if directory.is_dir() or model.startswith(("/", ".", "~")):
        missing = [name for name in NEEDED if not (directory / name).is_file()]
        if missing:
            raise Never(
                f"{model} is no faster-whisper model: {', '.join(missing)} is not there. Set another directory."
            )
        return directory
    repository = REPOSITORIES.get(model, model)
    if "/" not in repository:
        raise Never(f"There is no Whisper model {model!r}. Choose a directory or one of: {', '.join(REPOSITORIES)}.")
    return hub.Model(repository=repository, needed=NEEDED, wanted=WANTED)


def _word(word: Any, clip: Clip) -> Word:
    start = min(clip.start + max(0.0, float(word.start)), clip.end)  # numpy floats, as far as they are not clamped
    end = min(max(clip.start + float(word.end), start), clip.end)
    return Word(text=word.word, start=round(start, 3), end=round(end, 3), confidence=round(float(word.probability), 3))
