"""The speaker service of Reflector's own GPU servers (self-hosted or Modal): a bearer key, turns with times.

    POST /diarize?audio_file_url=…&timestamp=…   → {"diarization": [{"start", "end", "speaker": int}, …]}

The server fetches the audio itself and adds `timestamp` to all times. Some servers also take the audio itself, as the
multipart field `file` of the same address: option `mode`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transcripts.engines.base import Clip, EngineError, EngineInfo, Never, Progress, SpeakerTurn, TryAgain
from transcripts.engines.diarization.turns import normalised
from transcripts.engines.saying import PASSING, said
from transcripts.engines.wav import as_wav, read_clip

PATH = "/diarize"
#: Seconds to connect, and between two bytes while sending; the wait for the answer is the option `timeout`.
CONNECT_TIMEOUT = 10.0
WRITE_TIMEOUT = 60.0
DEFAULT_TIMEOUT = 600.0
#: The turns of ten hours take about a tenth of this (bytes).
ANSWER_LIMIT = 16 * 1024 * 1024
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
        url = str(options.get("url") or "").strip().rstrip("/")
        self._address = url if url.endswith(PATH) else url + PATH
        self._mode: str = options.get("mode") or "url"
        self._timeout = float(options.get("timeout") or DEFAULT_TIMEOUT)
        key = options.get("key")
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self._timeout, connect=CONNECT_TIMEOUT, write=WRITE_TIMEOUT),
            follow_redirects=True,
        )

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if options.get("mode") not in (None, "", "url", "upload"):
            return f"The mode of the speaker service is {options['mode']!r}: set it to url or upload."
        url = str(options.get("url") or "")
        if not url:
            return "No address of a speaker service is set (DIARIZATION_URL)."
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            return f"DIARIZATION_URL is {url!r}, which is not a web address such as http://localhost:8000."
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model="pyannote", version=self._address.removesuffix(PATH))

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report(f"Using the speaker service at {self._address}", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        """Turns in seconds of the file, in order. Raises TryAgain for what may pass, Never for what will not."""
        answer = self._ask(self._uploaded(clip) if self._mode == "upload" else self._by_url(clip))
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

    def _ask(self, request: Mapping[str, Any]) -> _Answer:
        try:
            with self._client.stream("POST", self._address, **request) as response:
                body = self._read(response)
        except httpx.TimeoutException as error:
            raise TryAgain(
                f"The speaker service at {self._address} did not answer within {self._timeout:g} seconds."
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Never(
                f"The address {self._address!r} of the speaker service is not a web address: correct it."
            ) from error
        except httpx.HTTPError as error:
            raise TryAgain(
                f"The speaker service at {self._address} cannot be reached: {error or type(error).__name__}."
            ) from error
        if not response.is_success:
            raise self._refusal(response.status_code, body)
        return self._understood(body)

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > ANSWER_LIMIT:
                raise TryAgain(f"The speaker service at {self._address} sent more than {ANSWER_LIMIT >> 20} MB.")
        return bytes(body)

    def _refusal(self, status: int, body: bytes) -> EngineError:
        reason = f"{status}: {said(body)}"
        if status in PASSING or status >= 500:
            return TryAgain(f"The speaker service at {self._address} is busy or broken ({reason}).")
        if status in (401, 403):
            return Never(f"The speaker service at {self._address} refused the key ({reason}). Check the key.")
        if status == 404:
            return Never(f"The speaker service at {self._address} found nothing ({reason}). Check the address.")
        return Never(f"The speaker service at {self._address} refused the request ({reason}).")

    def _understood(self, body: bytes) -> _Answer:
        try:
            return _Answer.model_validate_json(body)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in problem["loc"])
            raise TryAgain(
                f"The speaker service at {self._address} sent an answer that makes no sense "
                f"({where + ': ' if where else ''}{problem['msg']}). Check that it follows Reflector's interface."
            ) from error

    def _plausible(self, turn: _Turn, clip: Clip) -> bool:
        """False for a turn without length. Raises TryAgain for one that belongs to other audio."""
        if turn.start < clip.start - TOLERANCE or turn.end > clip.end + TOLERANCE or turn.end < turn.start - TOLERANCE:
            raise TryAgain(
                f"The speaker service at {self._address} gave a turn at {turn.start:.1f} to {turn.end:.1f} s, outside "
                f"of the piece it was asked about ({clip.start:.1f} to {clip.end:.1f} s)."
            )
        return turn.end > turn.start
