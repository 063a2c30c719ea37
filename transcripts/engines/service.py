"""Services over HTTP that engines ask: one request, its failures in words, and its answer in the shape it must have.

What may pass (time-outs, 408, 409, 425, 429, 5xx, nonsense) is TryAgain, the rest (a wrong key or address) is Never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from transcripts.engines.base import EngineError, Never, TryAgain
from transcripts.engines.saying import PASSING, retry_after, said

#: Seconds to connect, and between two bytes while sending; the wait for the answer is the option `timeout`.
CONNECT_TIMEOUT = 10.0
WRITE_TIMEOUT = 60.0

Shape = TypeVar("Shape", bound=BaseModel)


class Busy(TryAgain):
    """It may answer in a moment: in `wait` seconds, where it said so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Kind:
    """What messages call a service, whose interface it follows, and what to check where there is none.

    `timeout` in seconds, where no option says otherwise; `limit` in bytes: far more than any honest answer has.
    """

    name: str
    interface: str
    check: str
    timeout: float
    limit: int


class Service:
    """A service at `url`. Options: `url`, `key` (sent as a bearer token), `timeout` in seconds."""

    def __init__(self, kind: Kind, options: Mapping[str, Any]) -> None:
        self._kind = kind
        self.url = str(options.get("url") or "").strip().rstrip("/")
        self._timeout = float(options.get("timeout") or kind.timeout)
        key = options.get("key")
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self._timeout, connect=CONNECT_TIMEOUT, write=WRITE_TIMEOUT),
            follow_redirects=True,
        )

    def endpoint(self, path: str) -> str:
        """The full address of `path`, whether the option names the server, its /v1 or the endpoint itself."""
        if self.url.endswith(path):
            return self.url
        return self.url + (path.removeprefix("/v1") if self.url.endswith("/v1") else path)

    def post(self, path: str, shape: type[Shape], *, refusing: str = "refused the request", **request: Any) -> Shape:
        """Send it and understand the answer. `request` is as httpx takes it: data, files, json, params.

        `refusing`: what a refusal of this very request means.
        """
        address = self.endpoint(path)
        named = f"{self._kind.name} at {address}"
        try:
            with self._client.stream("POST", address, **request) as response:
                body = self._read(response, named)
        except httpx.TimeoutException as error:
            raise TryAgain(f"The {named} did not answer within {self._timeout:g} seconds.") from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise Never(
                f"The address {address!r} of the {self._kind.name} is not a web address: correct it."
            ) from error
        except httpx.HTTPError as error:
            raise Busy(f"The {named} cannot be reached: {error or type(error).__name__}.") from error
        if not response.is_success:
            raise self._refusal(response, body, named, refusing)
        return self._understood(body, shape, named)

    def _read(self, response: httpx.Response, named: str) -> bytes:
        body = bytearray()
        for block in response.iter_bytes():
            body += block
            if len(body) > self._kind.limit:
                raise TryAgain(f"The {named} sent more than {self._kind.limit >> 20} MB.")
        return bytes(body)

    def _refusal(self, response: httpx.Response, body: bytes, named: str, refusing: str) -> EngineError:
        status, reason = response.status_code, f"{response.status_code}: {said(body)}"
        if status in PASSING or status >= 500:
            return Busy(f"The {named} is busy or broken ({reason}).", retry_after(response))
        if status in (401, 403):
            return Never(f"The {named} refused the key ({reason}). Check the key.")
        if status == 404:
            return Never(f"There is no {named} ({reason}). Check {self._kind.check}.")
        return Never(f"The {named} {refusing} ({reason}).")

    def _understood(self, body: bytes, shape: type[Shape], named: str) -> Shape:
        try:
            return shape.model_validate_json(body)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in problem["loc"])
            raise TryAgain(
                f"The {named} sent an answer that makes no sense ({where + ': ' if where else ''}{problem['msg']}). "
                f"Check that it follows {self._kind.interface} interface."
            ) from error


def url_problem(kind: Kind, options: Mapping[str, Any], *, setting: str) -> str | None:
    """Why the option `url` is not an address one could send to; None when it is. `setting` is what people set."""
    url = str(options.get("url") or "")
    if not url:
        return f"No address of a {kind.name} is set ({setting})."
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        return f"{setting} is {url!r}, which is not a web address such as http://localhost:8000."
    return None
