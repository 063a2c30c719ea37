"""Any server with OpenAI's `/v1/audio/transcriptions`: OpenAI itself, speaches, vLLM, LocalAI, whisper.cpp and others.

Interface: https://platform.openai.com/docs/api-reference/audio/createTranscription
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, ClassVar

from transcripts.engines.base import Clip, EngineInfo, Progress, Transcription
from transcripts.engines.service import Service, url_problem
from transcripts.engines.transcription.answers import SPEECH, Answer, Segment, SpokenWord, Timing, spread
from transcripts.engines.transcription.gate import plain
from transcripts.engines.transcription.languages import code_of
from transcripts.engines.wav import as_wav, read_clip

PATH = "/v1/audio/transcriptions"


class OpenAITranscriber:
    """Options: `url`, `key`, `model`, `timeout`, and `response_format` ("json" for models without verbose_json)."""

    name: ClassVar[str] = "openai"
    needs_url: ClassVar[bool] = False
    #: As WAV about 5 MB: far below the 25 MB that OpenAI accepts.
    shard_seconds: ClassVar[float] = 120.0

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._service = Service(SPEECH, options)
        self._model: str = options.get("model") or "whisper-1"
        self._format: str = options.get("response_format") or "verbose_json"

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return url_problem(SPEECH, options, setting="TRANSCRIPT_OPENAI_URL")

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model=self._model, version="")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Using the speech service", 1, 1)

    def languages(self) -> frozenset[str] | None:
        return None  # the server knows, and says so

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        fields: dict[str, Any] = {"model": self._model, "response_format": self._format}
        if language:
            fields["language"] = language
        if self._format == "verbose_json":
            fields["timestamp_granularities[]"] = ["word", "segment"]
        file = ("piece.wav", as_wav(read_clip(clip)), "audio/wav")
        answer = self._service.post(PATH, Answer, data=fields, files={"file": file})
        progress(1, 1)
        words = Timing(clip, zero=clip.start).words(spoken_words(answer, length=clip.end - clip.start))
        return Transcription(words=words, language=code_of(answer.language) or language or "")


def spoken_words(answer: Answer, *, length: float) -> list[SpokenWord]:
    """The words with times, each with its leading space where its language writes one.

    Where the server times no words they are spread over its segments, or over the whole piece.
    """
    if not answer.words:
        return spread(answer.segments or [Segment(text=answer.text, start=0, end=length)])
    if "".join(word.word for word in answer.words).strip() == answer.text.strip():
        return answer.words  # spaces and punctuation are in the words, as with most servers but OpenAI's own
    return [word.model_copy(update={"word": f" {text}"}) for word, text in _written(answer.words, answer.text.split())]


def _written(words: Sequence[SpokenWord], tokens: Sequence[str]) -> list[tuple[SpokenWord, str]]:
    """OpenAI leaves punctuation out of its words, but not out of its text: put it back where both say the same."""
    texts = [word.word.strip() for word in words]
    spoken, written = [plain(text) for text in texts], [plain(token) for token in tokens]
    for block in SequenceMatcher(None, spoken, written, autojunk=False).get_matching_blocks():
        texts[block.a : block.a + block.size] = tokens[block.b : block.b + block.size]
    return list(zip(words, texts, strict=True))
