"""Sending stored audio over HTTP, whole or in part (RFC 9110 section 14), without holding it in memory.

Under ASGI the blocks are read in threads, so that a slow storage or a slow client never stops the event loop.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import cast

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from consent import vault
from consent.models import AudioObject


class Unsatisfiable(Exception):
    """The range lies outside the file, or is no range at all."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from `start` up to and including `end`."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1


def byte_range(header: str, size: int) -> ByteRange | None:
    """The one range that a `Range` header asks for; None when the whole file is the right answer.

    That is so without a header, for units other than bytes, and for several ranges at once, which a server may answer
    with the whole. Raises Unsatisfiable.
    """
    unit, _, wanted = header.strip().partition("=")
    if unit.strip().lower() != "bytes" or "," in wanted:
        return None
    match = re.fullmatch(r"(\d{0,18})-(\d{0,18})", wanted.strip(), re.ASCII)
    if match is None or match[0] == "-":
        raise Unsatisfiable
    first, last = match.groups()
    if not first:
        found = ByteRange(max(0, size - int(last)), size - 1)  # "-500": the last 500 bytes
    else:
        found = ByteRange(int(first), min(int(last), size - 1) if last else size - 1)
        if last and int(last) < found.start:
            raise Unsatisfiable
    if found.start > found.end:
        raise Unsatisfiable
    return found


def serve(request: HttpRequest, audio: AudioObject, *, filename: str) -> HttpResponseBase:
    """The answer to GET or HEAD for a stored object: 200, 206, 304 or 416.

    Raises VaultError (404) when the storage has lost it.
    """
    assert audio.size is not None, "only stored audio is served"
    etag = f'"{audio.sha256}"'
    try:
        part = byte_range(request.headers.get("Range", ""), audio.size) if _may_be_partial(request, etag) else None
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{audio.size}", "Accept-Ranges": "bytes"})
    response = _body(request, audio, part)
    response["Content-Type"] = audio.media_type
    response["Content-Disposition"] = _attachment(filename)
    response["Content-Length"] = str(part.length if part else audio.size)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"  # asked again each time: audio may be erased at any moment
    if part:
        response["Content-Range"] = f"bytes {part.start}-{part.end}/{audio.size}"
        return response
    return get_conditional_response(request, etag=etag, response=cast(HttpResponse, response)) or response


def _attachment(filename: str) -> str:
    """A plain name as it is, which is how existing clients know it; any other encoded (RFC 6266)."""
    if re.fullmatch(r"[A-Za-z0-9_.-]+", filename):
        return f"attachment; filename={filename}"
    return content_disposition_header(as_attachment=True, filename=filename) or "attachment"


def _may_be_partial(request: HttpRequest, etag: str) -> bool:
    """Whether the client's `If-Range`, if it sends one, names the file as it is now."""
    return request.method == "GET" and request.headers.get("If-Range", etag) == etag


def _body(request: HttpRequest, audio: AudioObject, part: ByteRange | None) -> HttpResponseBase:
    status = 206 if part else 200
    if request.method == "HEAD" or not audio.size:
        return HttpResponse(status=status)
    blocks = vault.stream(audio, part.start, part.end) if part else vault.stream(audio)
    # The first block is read before anything is sent: while there are no headers yet, a lost object can be a 404.
    first = next(blocks, b"")
    in_order = _in_threads(first, blocks) if isinstance(request, ASGIRequest) else _one_by_one(first, blocks)
    return StreamingHttpResponse(in_order, status=status)


def _one_by_one(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


async def _in_threads(first: bytes, rest: Iterator[bytes]) -> AsyncIterator[bytes]:
    # A client that goes away ends this at a yield or while a thread reads; the file is closed with the last reference.
    block = first
    while block:
        yield block
        block = await asyncio.to_thread(next, rest, b"")
