"""The translation service of Reflector's own GPU servers (self-hosted or Modal): a bearer key, a text at a time.

    POST /translate?text=…   {"source_language": "en", "target_language": "fr"}
        → {"text": {"en": "Good morning", "fr": "Bonjour"}}

Some of these servers read the languages from the body and some from the query, so they are sent in both. A server that
does not know a pair may answer in another language without a word: an answer counts only under the code asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from transcripts.engines.base import EngineError, EngineInfo, Line, Never, Progress, TryAgain
from transcripts.engines.saying import PASSING, said
from transcripts.engines.translation.pieces import joined, pieces

PATH = "/translate"
#: Seconds to connect, and between two bytes while sending; the wait for the answer is the option `timeout`.
CONNECT_TIMEOUT = 10.0
WRITE_TIMEOUT = 60.0
DEFAULT_TIMEOUT = 90.0
#: Further attempts at one text where the server is busy: a batch of many should not begin anew for one of them.
RETRIES = 3
LONGEST_WAIT = 30.0  # seconds between two attempts; a server that asks for more is tried again with the whole batch
#: Characters in one request. The models behind such services read 512 tokens, and the text stands in the address.
LONGEST_TEXT = 1000
ANSWER_LIMIT = 1024 * 1024  # bytes


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: dict[str, str]


class _Busy(TryAgain):
    """`wait`: seconds, where the server said so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class GpuTranslator:
    """Options: `url`, `key`, `timeout` in seconds, `retry_wait`: seconds before a busy server is asked again (1)."""

    name: ClassVar[str] = "gpu"

    def __init__(self, options: Mapping[str, Any]) -> None:
        url = str(options.get("url") or "").strip().rstrip("/")
        self._address = url if url.endswith(PATH) else url + PATH
        self._timeout = float(options.get("timeout") or DEFAULT_TIMEOUT)
        self._wait = float(options.get("retry_wait", 1))
        key = options.get("key")
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self._timeout, connect=CONNECT_TIMEOUT, write=WRITE_TIMEOUT),
            follow_redirects=True,
        )

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        url = str(options.get("url") or "")
        if not url:
            return "No address of a translation service is set (TRANSLATE_URL)."
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            return f"TRANSLATE_URL is {url!r}, which is not a web address such as http://localhost:8000."
        return None

    def info(self) -> EngineInfo:
        """Without the address, which is nothing for everybody who may read the transcript."""
        return EngineInfo(engine=self.name, model="translate", version="")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report(f"Using the translation service at {self._address}", 1, 1)

    def translate(
        self, lines: Sequence[Line], *, wanted: Sequence[int], source: str, target: str, progress: Progress
    ) -> list[str]:
        """One request for each utterance, more for a long one. It sees no neighbours: the service takes none."""
        translated = []
        for done, number in enumerate(wanted):
            progress(done, len(wanted))
            parts = [self._patiently(piece, source, target) for piece in pieces(lines[number].text, LONGEST_TEXT)]
            translated.append(joined(parts))
        progress(len(wanted), len(wanted))
        return translated

    def _patiently(self, text: str, source: str, target: str) -> str:
        for attempt in range(RETRIES + 1):
            try:
                return self._understood(self._ask(text, source, target), text, source, target)
            except _Busy as busy:
                wait = self._wait * 2**attempt if busy.wait is None else busy.wait
                if attempt == RETRIES or wait > LONGEST_WAIT:
                    raise
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, text: str, source: str, target: str) -> bytes:
        languages = {"source_language": source, "target_language": target}
        try:
            with self._client.stream(
                "POST", self._address, params={"text": text, **languages}, json=languages
            ) as response:
                body = self._read(response)
        except httpx.TimeoutException as error:
            raise TryAgain(
                f"The translation service at {self._address} did not answer within {self._timeout:g} seconds."
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Never(
                f"The address {self._address!r} of the translation service is not a web address: correct it."
            ) from error
        except httpx.HTTPError as error:
            raise _Busy(
                f"The translation service at {self._address} cannot be reached: {error or type(error).__name__}."
            ) from error
        if not response.is_success:
            raise self._refusal(response, body, f"from {source!r} into {target!r}")
        return body

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > ANSWER_LIMIT:
                raise TryAgain(f"The translation service at {self._address} sent more than {ANSWER_LIMIT >> 20} MB.")
        return bytes(body)

    def _refusal(self, response: httpx.Response, body: bytes, pair: str) -> EngineError:
        status, reason = response.status_code, f"{response.status_code}: {said(body)}"
        if status in PASSING or status >= 500:
            wait = _seconds(response.headers.get("retry-after"))
            return _Busy(f"The translation service at {self._address} is busy or broken ({reason}).", wait)
        if status in (401, 403):
            return Never(f"The translation service at {self._address} refused the key ({reason}). Check the key.")
        if status == 404:
            return Never(f"There is no translation service at {self._address} ({reason}). Check the address.")
        return Never(f"The translation service at {self._address} does not translate {pair} ({reason}).")

    def _understood(self, body: bytes, text: str, source: str, target: str) -> str:
        """The translation. Raises TryAgain for nonsense, and Never for an answer in another language."""
        try:
            answer = _Answer.model_validate_json(body).text
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in problem["loc"])
            raise TryAgain(
                f"The translation service at {self._address} sent an answer that makes no sense "
                f"({where + ': ' if where else ''}{problem['msg']}). Check that it follows Reflector's interface."
            ) from error
        if target not in answer:
            others = ", ".join(sorted(set(answer) - {source})) or "no language"
            raise Never(
                f"The translation service at {self._address} was asked for {source!r} to {target!r} and answered with "
                f"{others}: it does not know these two languages, or does not read which ones are wanted."
            )
        if source in answer and answer[source].split() != text.split():
            raise TryAgain(f"The translation service at {self._address} answered with the translation of another text.")
        if not (translated := " ".join(answer[target].split())):
            raise TryAgain(f"The translation service at {self._address} answered with an empty text.")
        return translated


def _seconds(header: str | None) -> float | None:
    try:
        return None if header is None else max(0.0, float(header))
    except ValueError:  # a date
        return None
