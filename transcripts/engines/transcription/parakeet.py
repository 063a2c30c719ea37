"""NVIDIA's Parakeet-TDT 0.6b v3 on a CPU, through onnx-asr: 25 European languages, with punctuation, in one model."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from transcripts.engines import hub
from transcripts.engines.base import Clip, EngineInfo, Never, Progress, Transcription, Word
from transcripts.engines.transcription.languages import PARAKEET
from transcripts.engines.wav import RATE, as_floats, quiet_cuts, read_clip

if TYPE_CHECKING:
    from onnx_asr.adapters import TimestampedResultsAsrAdapter

DEFAULT_MODEL = "nemo-parakeet-tdt-0.6b-v3"
#: What onnx-asr calls the models, and where they lie on the hub.
REPOSITORIES: Mapping[str, str] = {
    "nemo-parakeet-tdt-0.6b-v3": "istupakov/parakeet-tdt-0.6b-v3-onnx",
    "nemo-parakeet-tdt-0.6b-v2": "istupakov/parakeet-tdt-0.6b-v2-onnx",
}
ENGLISH_ONLY = ("tdt-0.6b-v2",)
MODEL_TYPE = "nemo-conformer-tdt"

#: The encoder attends to everything at once, so that time and memory grow with the square of this (seconds).
LONGEST = 60.0
#: A word ends at most this long (seconds) after its last token began, however late the next one comes.
LONGEST_TOKEN = 0.4


class ParakeetTranscriber:
    """Options: `model` (a name or a directory), `quantization` ("int8", "" for full precision), `threads`, and those
    of the hub (`cache`, `offline`, `token`)."""

    name: ClassVar[str] = "parakeet"
    needs_url: ClassVar[bool] = False
    shard_seconds: ClassVar[float] = 120.0

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        self._model: str = options.get("model") or DEFAULT_MODEL
        self._recognizer: TimestampedResultsAsrAdapter | None = None

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if find_spec("onnx_asr") is None:
            return "The engine parakeet needs the package onnx-asr: pip install onnx-asr."
        try:
            model = _wanted_model(options)
        except Never as error:
            return str(error)
        return hub.unavailable(model, options) if isinstance(model, hub.Model) else None

    def info(self) -> EngineInfo:
        model = Path(self._model).name if Path(self._model).is_dir() else self._model
        precision = _quantization(self._options)
        return EngineInfo(
            engine=self.name, model=f"{model} {precision}" if precision else model, version=version("onnx-asr")
        )

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        self._load(report)
        report(f"Parakeet ({self.info().model}) is ready", 1, 1)

    def languages(self) -> frozenset[str] | None:
        return frozenset({"en"}) if self._english_only else PARAKEET

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        """The model hears for itself which of its languages is spoken, and does not say: `language` is given back."""
        recognizer = self._load(lambda *_: None)
        samples = read_clip(clip)
        words: list[Word] = []
        for first, last in quiet_cuts(samples, longest=LONGEST):
            heard = recognizer.recognize(as_floats(samples[first:last]), sample_rate=16_000)
            end = min(clip.start + last / RATE, clip.end)
            words += _words(heard.tokens, heard.timestamps, heard.logprobs, start=clip.start + first / RATE, end=end)
            progress(last, len(samples))
        return Transcription(words=words, language=language or ("en" if self._english_only else ""))

    @property
    def _english_only(self) -> bool:
        return self._model.endswith(ENGLISH_ONLY)

    def _load(self, report: hub.Report) -> TimestampedResultsAsrAdapter:
        if self._recognizer is None:
            model = _wanted_model(self._options)
            directory = hub.fetch(model, self._options, report) if isinstance(model, hub.Model) else model
            report(f"Loading Parakeet ({self.info().model})", 0, 1)
            self._recognizer = self._opened(directory)
        return self._recognizer

    def _opened(self, directory: Path) -> TimestampedResultsAsrAdapter:
        import onnxruntime  # noqa: PLC0415 -- half a second to import
        from onnx_asr import load_model  # noqa: PLC0415

        session = onnxruntime.SessionOptions()
        session.intra_op_num_threads = int(self._options.get("threads") or 0)
        try:
            model = load_model(MODEL_TYPE, directory, quantization=_quantization(self._options), sess_options=session)
        except Exception as error:  # onnxruntime raises types of its own for a file that is no model
            raise Never(f"Parakeet cannot use the model in {directory}: {error}.") from error
        return model.with_timestamps()


def _quantization(options: Mapping[str, Any]) -> str | None:
    wanted: str = options.get("quantization", "int8")
    return None if wanted in ("", "none") else wanted


def _wanted_model(options: Mapping[str, Any]) -> hub.Model | Path:
    """The repository behind the model's name, or the directory that was named. Raises Never when it is neither."""
    model: str = options.get("model") or DEFAULT_MODEL
    needed = _needed(_quantization(options))
    directory = Path(model).expanduser()
    if directory.is_dir() or model.startswith(("/", ".", "~")):
        missing = [name for name in needed if not (directory / name).is_file()]
        if missing:
            raise Never(f"{model} is no Parakeet model: {', '.join(missing)} is not there. Set another directory.")
        return directory
    repository = REPOSITORIES.get(model, model)
    if "/" not in repository:
        raise Never(f"There is no Parakeet model {model!r}. Choose a directory or one of: {', '.join(REPOSITORIES)}.")
    # Weights too large for the format lie beside it; those of another precision are not fetched with it.
    weights = tuple(f"{name}.data" for name in needed if name.endswith(".onnx"))
    return hub.Model(repository=repository, needed=needed, wanted=(*needed, *weights))


def _needed(quantization: str | None) -> tuple[str, ...]:
    suffix = f".{quantization}" if quantization else ""
    return (f"encoder-model{suffix}.onnx", f"decoder_joint-model{suffix}.onnx", "vocab.txt", "config.json")


def _words(
    tokens: Sequence[str] | None,
    times: Sequence[float] | None,
    logprobs: Sequence[float] | None,
    *,
    start: float,
    end: float,
) -> list[Word]:
    """Tokens as words: one that begins with a space begins a word, and each ends where the next begins."""
    tokens, times, logprobs = tokens or [], times or [], logprobs or []
    firsts = [i for i, token in enumerate(tokens) if i == 0 or token.startswith(" ")]
    words: list[Word] = []
    for first, last in zip(firsts, [*firsts[1:], len(tokens)], strict=True):
        text = "".join(tokens[first:last])
        if not text.strip():
            continue
        following = times[last] if last < len(tokens) else end - start
        longest = times[last - 1] + LONGEST_TOKEN
        words.append(
            Word(
                text=text if text.startswith(" ") else f" {text}",
                start=round(min(start + times[first], end), 3),
                end=round(min(start + min(following, longest), end), 3),
                confidence=round(math.exp(sum(logprobs[first:last]) / (last - first)), 3),
            )
        )
    return words
