"""The speech service of Reflector's own GPU servers (self-hosted or Modal): a bearer key, words with times.

    POST /v1/audio/transcriptions           multipart: file, model, language, batch=false
    POST /v1/audio/transcriptions-from-url  JSON: audio_file_url, model, language, timestamp_offset, batch

Both answer `{"text": …, "words": [{"word", "start", "end"}]}`, the second with the offset already in the times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, Transcription
from transcripts.engines.service import Service, url_problem
from transcripts.engines.transcription.answers import SPEECH, Answer, Timing
from transcripts.engines.transcription.openai import spoken_words
from transcripts.engines.wav import as_wav, read_clip

UPLOAD = "/v1/audio/transcriptions"
FROM_URL = "/v1/audio/transcriptions-from-url"

#: These services have no detection: without a language they take English.
DEFAULT_LANGUAGE = "en"


class GpuTranscriber:
    """Options: `url`, `key`, `model`, `timeout`, and `mode`: "upload" sends the audio, "url" where to fetch it."""

    name: ClassVar[str] = "gpu"
    shard_seconds: ClassVar[float] = 300.0

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._service = Service(SPEECH, options)
        self._model: str = options.get("model") or "whisper-1"
        self._mode: str = options.get("mode") or "upload"

    @property
    def needs_url(self) -> bool:
        return self._mode == "url"

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if options.get("mode") not in (None, "", "upload", "url"):
            return f"TRANSCRIPT_GPU_MODE is {options['mode']!r}: set it to upload or url."
        return url_problem(SPEECH, options, setting="TRANSCRIPT_URL")

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model=self._model, version="")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Using the speech service", 1, 1)

    def languages(self) -> frozenset[str] | None:
        return None  # depends on the model it runs; it refuses what it does not know

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        language = language or DEFAULT_LANGUAGE
        answer = self._from_url(clip, language) if self.needs_url else self._upload(clip, language)
        progress(1, 1)
        zero = 0.0 if self.needs_url and answer.words else clip.start
        words = Timing(clip, zero=zero).words(spoken_words(answer, length=clip.end - clip.start))
        return Transcription(words=words, language=language)

    def _upload(self, clip: Clip, language: str) -> Answer:
        file = ("piece.wav", as_wav(read_clip(clip)), "audio/wav")
        fields = {"model": self._model, "language": language, "batch": "false"}
        return self._service.post(UPLOAD, Answer, data=fields, files={"file": file})

    def _from_url(self, clip: Clip, language: str) -> Answer:
        if clip.url is None:
            raise Never("The GPU service in mode url needs an address for the audio. Set TRANSCRIPT_GPU_MODE=upload.")
        request = {
            "audio_file_url": clip.url,
            "model": self._model,
            "language": language,
            "timestamp_offset": clip.start,
            "batch": True,
        }
        return self._service.post(FROM_URL, Answer, json=request)
