"""Long answers are sent compressed to clients that take it."""

from __future__ import annotations

import gzip
import io
import re
import secrets

from django.http import HttpRequest, HttpResponseBase
from django.http.response import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

SHORTEST = 500  # bytes; below that headers and padding eat what compressing saves
LEVEL = 3  # of 9: half the time of Django's 6, for a tenth more bytes
PADDING = 100  # bytes at most, see `_padded`

_TEXT = re.compile(r"text/|application/(?:json|x-subrip|javascript|vnd\.oai\.openapi)|image/svg\+xml")
_ACCEPTS = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)", re.IGNORECASE)


class CompressionMiddleware(MiddlewareMixin):
    """Like Django's GZipMiddleware, for text that is at hand as a whole.

    Streams are left as they are: audio does not shrink and is asked for by byte ranges, and an event must not wait in a
    compressor for the next one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not isinstance(response, HttpResponse) or not _TEXT.match(response.headers.get("Content-Type", "")):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        whole = response.status_code != 206 and not response.has_header("Content-Encoding")
        if whole and len(response.content) >= SHORTEST and _ACCEPTS.search(request.headers.get("Accept-Encoding", "")):
            _compress(response)
        return response


def _compress(response: HttpResponse) -> None:
    shorter = _padded(response.content)
    if len(shorter) >= len(response.content):
        return
    response.content = shorter
    response.headers["Content-Length"] = str(len(shorter))
    response.headers["Content-Encoding"] = "gzip"
    etag = response.headers.get("ETag", "")
    if etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"  # other bytes, same meaning (RFC 9110, section 8.8.1)


def _padded(content: bytes) -> bytes:
    """Compressed, with a file name of random length in its header.

    The length of a compressed answer tells whether something in it repeats a guess that the request has put there
    (BREACH). Random padding, as in "Heal the Breach" and in Django, makes it tell too little.
    """
    buffer = io.BytesIO()
    name = "-" * secrets.randbelow(PADDING + 1)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()
