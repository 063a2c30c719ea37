"""The bodies of requests, which Django keeps whole before any view runs: bounded, and on the disk that we chose."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler

from consent.vault import TooLarge, VaultError, readable
from reflector_site.request_threads import kept_thread

#: What the headings of a multipart body add to a file, at the most.
MULTIPART_OVERHEAD = 64 * 1024

#: Seconds in which a client that is still sending may take notice of the refusal.
LINGER = 5.0

#: Where whole files or pieces of them come in.
_UPLOADS = re.compile(r"/v1/transcripts/[^/]+/record/upload|/transcripts/new")

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BodyTooLarge(VaultError):
    """A body that carries no file is larger than MAX_BODY_SIZE."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The request is larger than {limit / 1e6:g} MB. Send less at a time, or raise MAX_BODY_SIZE.",
            status=413,
            permanent=True,
        )


class _Refused(Exception):
    """The body was not taken. An exception of its own: a VaultError can also come from an answer that has begun."""

    def __init__(self, reason: VaultError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class BoundedBodies(ASGIHandler):
    """Django, for requests whose body is not larger than what may come to that address.

    Others are answered 413 as soon as that is known, and with 507 or 503 where the disk does not take the body: as
    JSON, and the connection is closed.
    """

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """As Django's own method, in a thread that is kept."""
        async with kept_thread():
            await self.handle(scope, receive, send)

    async def handle(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        path = scope["path"]
        try:
            _check(_declared_length(scope), path)
            await super().handle(scope, _counted(receive, path), send)
        except _Refused as refusal:
            await _refuse(receive, send, refusal.reason)

    async def read_body(self, receive: Receive) -> IO[bytes]:
        """As Django's own method, which neither counts nor knows FILE_UPLOAD_TEMP_DIR."""
        body: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 -- Django closes it with the request
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=str(settings.FILE_UPLOAD_TEMP_DIR)
        )
        try:
            await _copy(receive, body)
            body.seek(0)
        except BaseException as error:
            body.close()
            shown = readable(error)
            if isinstance(shown, VaultError):
                raise _Refused(shown) from error
            raise
        return body


async def _copy(receive: Receive, body: IO[bytes]) -> None:
    """Raises RequestAborted when the client has gone, _Refused, or OSError."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestAborted
        body.write(message.get("body", b""))
        more = message.get("more_body", False)


def _counted(receive: Receive, path: str) -> Receive:
    """`receive`, which raises _Refused when more has come than there may be."""
    length = 0

    async def counting() -> Message:
        nonlocal length
        message = await receive()
        length += len(message.get("body", b""))
        _check(length, path)
        return message

    return counting


def _check(length: int, path: str) -> None:
    """Files come in at few addresses, and all else is small."""
    if _UPLOADS.fullmatch(path):
        if length > settings.MAX_UPLOAD_SIZE + MULTIPART_OVERHEAD:
            raise _Refused(TooLarge(settings.MAX_UPLOAD_SIZE))
    elif length > settings.MAX_BODY_SIZE:
        raise _Refused(BodyTooLarge(settings.MAX_BODY_SIZE))


def _declared_length(scope: dict[str, Any]) -> int:
    """Of the header Content-Length, in bytes; 0 where the body comes without."""
    value = dict(scope["headers"]).get(b"content-length", b"")
    return int(value) if value.isdigit() else 0


async def _refuse(receive: Receive, send: Send, refusal: VaultError) -> None:
    content = json.dumps({"detail": str(refusal)}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": True})
    with suppress(TimeoutError):  # a connection closed on a client that is sending could take the answer with it
        await asyncio.wait_for(_throw_away(receive), LINGER)
    await send({"type": "http.response.body"})


async def _throw_away(receive: Receive) -> None:
    while (await receive()).get("more_body", False):
        pass
