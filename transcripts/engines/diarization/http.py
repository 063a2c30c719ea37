"""The speaker service of Reflector's own GPU servers (self-hosted or Modal): a bearer key, turns with times.

    POST /diarize?audio_file_url=…&timestamp=…   → {"diarization": [{"start", "end", "speaker": int}, …]}

The server fetches the audio itself and adds `timestamp` to all times. Some servers also take the audio itself, as the
multipart field `file` of the same address: option `mode`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, SpeakerTurn, TryAgain
from transcripts.engines.diarization.turns import normalised
from transcripts.engines.service import Kind, Service, url_problem
from transcripts.engines.wav import as_wav, read_clip

PATH = "/diarize"
SPEAKERS = Kind(
    name="speaker service",
    interface="Reflector's",
    check="the address",
    timeout=600.0,
    limit=16 * 1024 * 1024,  # the turns of ten hours take about a tenth of this
)
#: How far (seconds) a turn may lie outside the piece and still be taken for rounding.
TOLERANCE = 1.0

Seconds = Annotated[float, Field(allow_inf_nan=False)]


class _Turn(BaseModel):
    start: Seconds
    end: Seconds
    speaker: int | str


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    diarization: list[_Turn]


class GpuDiarizer:
    """Options: `url`, `key`, `timeout`, and `mode`: "url" (default) sends where the audio is, "upload" the audio."""

    name: ClassVar[str] = "gpu"
    needs_url: ClassVar[bool] = True

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._service = Service(SPEAKERS, options)
        self._address = self._service.endpoint(PATH)
        self._mode: str = options.get("mode") or "url"

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if options.get("mode") not in (None, "", "url", "upload"):
            return f"The mode of the speaker service is {options['mode']!r}: set it to url or upload."
        return url_problem(SPEAKERS, options, setting="DIARIZATION_URL")

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model="pyannote", version="")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Using the speaker service", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        """Turns in seconds of the file, in order. Raises TryAgain for what may pass, Never for what will not."""
        request = self._uploaded(clip) if self._mode == "upload" else self._by_url(clip)
        answer = self._service.post(PATH, _Answer, **request)
        progress(1, 1)
        return normalised(
            (max(turn.start, clip.start), min(turn.end, clip.end), turn.speaker)
            for turn in answer.diarization
            if self._plausible(turn, clip)
        )

    def _by_url(self, clip: Clip) -> dict[str, Any]:
        if clip.url is None:
            raise Never(
                "The speaker service fetches the audio itself, and this storage has no addresses for it. Use a storage "
                "that has, or set the mode of the service to upload."
            )
        return {"params": {"audio_file_url": clip.url, "timestamp": clip.start}}

    def _uploaded(self, clip: Clip) -> dict[str, Any]:
        file = ("audio.wav", as_wav(read_clip(clip)), "audio/wav")
        return {"params": {"timestamp": clip.start}, "files": {"file": file}}

    def _plausible(self, turn: _Turn, clip: Clip) -> bool:
        """False for a turn without length. Raises TryAgain for one that belongs to other audio."""
        if turn.start < clip.start - TOLERANCE or turn.end > clip.end + TOLERANCE or turn.end < turn.start - TOLERANCE:
            raise TryAgain(
                f"The speaker service at {self._address} gave a turn at {turn.start:.1f} to {turn.end:.1f} s, outside "
                f"of the piece it was asked about ({clip.start:.1f} to {clip.end:.1f} s)."
            )
        return turn.end > turn.start
