"""The bodies of requests, which Django keeps whole before any view runs: bounded, and on the disk that we chose."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler

from consent.vault import TooLarge, VaultError, readable

#: What the headings of a multipart body add to a file, at the most.
MULTIPART_OVERHEAD = 64 * 1024

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BoundedBodies(ASGIHandler):
    """Django, for requests whose body is not larger than the largest file with its headings.

    Others are answered 413 as soon as that is known, and with 507 or 503 where the disk does not take the body: as
    JSON, and the connection is closed, since the rest of the body would be read for nothing.
    """

    async def handle(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        try:
            _check(_declared_length(scope))
            await super().handle(scope, receive, send)
        except VaultError as refusal:  # from here or from read_body: those of views have become answers already
            await _refuse(send, refusal)

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """The body from its beginning, as Django's own method gives it. Raises VaultError with the reason if it cannot.

        Django's method neither counts nor knows FILE_UPLOAD_TEMP_DIR.
        """
        # Closed by Django with the request that reads it, as the one of its own method is.
        body: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 -- it outlives this method
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=str(settings.FILE_UPLOAD_TEMP_DIR)
        )
        try:
            await _copy(receive, body)
            body.seek(0)
        except BaseException as error:
            body.close()
            raise readable(error) from error
        return body


async def _copy(receive: Receive, body: IO[bytes]) -> None:
    """Raises RequestAborted when the client has gone, TooLarge, or OSError."""
    length = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        block = message.get("body", b"")
        length += len(block)
        _check(length)
        body.write(block)
        more = message.get("more_body", False)


def _check(length: int) -> None:
    if length > settings.MAX_UPLOAD_SIZE + MULTIPART_OVERHEAD:
        raise TooLarge(settings.MAX_UPLOAD_SIZE)


def _declared_length(scope: dict[str, Any]) -> int:
    """Of the header Content-Length, in bytes; 0 where the body comes without."""
    value = dict(scope["headers"]).get(b"content-length", b"")
    return int(value) if value.isdigit() else 0


async def _refuse(send: Send, refusal: VaultError) -> None:
    content = json.dumps({"detail": str(refusal)}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
