"""Speech services over HTTP: one request, its failures in words, and what its answer says.

What may pass (time-outs, 408, 429, 5xx, nonsense) is TryAgain, the rest (a wrong key, a wrong address) is Never.
Nothing here waits for a second attempt: the ledger of steps does that, and shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from transcripts.engines.base import Clip, EngineError, Never, TryAgain, Word
from transcripts.engines.saying import PASSING, said

#: Seconds to connect, and between two bytes while sending; the wait for the answer is the option `timeout`.
CONNECT_TIMEOUT = 10.0
WRITE_TIMEOUT = 60.0
DEFAULT_TIMEOUT = 600.0
#: The words of an hour take about a tenth of this (bytes).
ANSWER_LIMIT = 32 * 1024 * 1024
#: How far (seconds) the times of a word may lie outside the piece and still be taken for rounding.
TOLERANCE = 1.0


class Service:
    """A speech service at `url`. Options: `url`, `key` (sent as a bearer token), `timeout` in seconds."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.url = str(options.get("url") or "").strip().rstrip("/")
        self._timeout = float(options.get("timeout") or DEFAULT_TIMEOUT)
        key = options.get("key")
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self._timeout, connect=CONNECT_TIMEOUT, write=WRITE_TIMEOUT),
            follow_redirects=True,
        )

    def endpoint(self, path: str) -> str:
        """The full address of `/v1/…`, whether the option names the server, its /v1 or the endpoint itself."""
        if self.url.endswith(path):
            return self.url
        return self.url + (path.removeprefix("/v1") if self.url.endswith("/v1") else path)

    def post(self, path: str, **request: Any) -> Answer:
        """Send it and understand the answer. `request` is as httpx takes it: data, files, json, params."""
        address = self.endpoint(path)
        try:
            with self._client.stream("POST", address, **request) as response:
                body = _read(response)
        except httpx.TimeoutException as error:
            raise TryAgain(
                f"The speech service at {address} did not answer within {self._timeout:g} seconds."
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Never(f"The address {address!r} of the speech service is not a web address: correct it.") from error
        except httpx.HTTPError as error:
            raise TryAgain(
                f"The speech service at {address} cannot be reached: {error or type(error).__name__}."
            ) from error
        if not response.is_success:
            raise _refusal(address, response.status_code, body)
        return _understood(address, body)


class SpokenWord(BaseModel):
    word: str
    start: Annotated[float, Field(allow_inf_nan=False)]
    end: Annotated[float, Field(allow_inf_nan=False)]
    probability: Annotated[float, Field(ge=0, le=1)] | None = None


class Segment(BaseModel):
    text: str
    start: Annotated[float, Field(allow_inf_nan=False)]
    end: Annotated[float, Field(allow_inf_nan=False)]


class Answer(BaseModel):
    """What servers that follow OpenAI's interface send; all of it optional but the text."""

    model_config = ConfigDict(extra="ignore")

    text: str
    language: str | None = None
    words: list[SpokenWord] | None = None
    segments: list[Segment] | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Which part of the recording an answer is about, and where the zero of its times lies in the recording."""

    clip: Clip
    zero: float

    def words(self, spoken: Sequence[SpokenWord]) -> list[Word]:
        """In order, clamped to the clip, in seconds of the recording.

        Raises TryAgain when times lie outside the clip by more than rounding: they belong to something else.
        """
        return [
            self._word(each) for each in sorted(spoken, key=lambda each: (each.start, each.end)) if each.word.strip()
        ]

    def _word(self, spoken: SpokenWord) -> Word:
        start, end = self.zero + spoken.start, self.zero + spoken.end
        if start < self.clip.start - TOLERANCE or end > self.clip.end + TOLERANCE or end < start - TOLERANCE:
            raise TryAgain(
                f"The speech service gave the word {spoken.word.strip()!r} at {start:.1f} to {end:.1f} s, outside of "
                f"the piece it was sent ({self.clip.start:.1f} to {self.clip.end:.1f} s)."
            )
        start = min(max(start, self.clip.start), self.clip.end)
        return Word(
            text=spoken.word,
            start=round(start, 3),
            end=round(min(max(end, start), self.clip.end), 3),
            confidence=spoken.probability,
        )


def spread(segments: Sequence[Segment]) -> list[SpokenWord]:
    """Words for servers that time only segments: each takes its share of the segment, by its length in letters."""
    return [word for segment in segments for word in _shares(segment)]


def _shares(segment: Segment) -> Iterator[SpokenWord]:
    texts = segment.text.split()
    per_letter = (segment.end - segment.start) / max(1, sum(len(text) for text in texts))
    start = segment.start
    for text in texts:
        end = start + per_letter * len(text)
        yield SpokenWord(word=f" {text}", start=start, end=end)
        start = end


def url_problem(options: Mapping[str, Any], *, setting: str) -> str | None:
    """Why the option `url` is not an address one could send to; None when it is. `setting` is what people set."""
    url = str(options.get("url") or "")
    if not url:
        return f"No address of a speech service is set ({setting})."
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        return f"{setting} is {url!r}, which is not a web address such as http://localhost:8000."
    return None


def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    for block in response.iter_bytes():
        body += block
        if len(body) > ANSWER_LIMIT:
            raise TryAgain(f"The speech service at {response.url} sent more than {ANSWER_LIMIT >> 20} MB.")
    return bytes(body)


def _refusal(address: str, status: int, body: bytes) -> EngineError:
    reason = said(body)
    if status in PASSING or status >= 500:
        return TryAgain(f"The speech service at {address} is busy or broken ({status}: {reason}).")
    if status in (401, 403):
        return Never(f"The speech service at {address} refused the key ({status}: {reason}). Check the key.")
    if status == 404:
        return Never(f"There is no speech service at {address} ({status}: {reason}). Check the address and the model.")
    return Never(f"The speech service at {address} refused the request ({status}: {reason}).")


def _understood(address: str, body: bytes) -> Answer:
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise TryAgain(
            f"The speech service at {address} sent an answer that makes no sense "
            f"({where + ': ' if where else ''}{problem['msg']}). Check that it follows OpenAI's interface."
        ) from error
