"""A web site on localhost, as people link to: recordings, feeds, pages, redirects, and everything that goes wrong.

`pages` maps a path to what is there: a Reply, or a function of the request that gives one. Recordings that are added
with `recording` answer ranges as real servers do; `cut_once` ends the next whole download of a path in the middle.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator

from tests.peers.server import Peer, Reply, Request

Page = Reply | Callable[[Request], Reply]


class WebPeer(Peer):
    def __init__(self) -> None:
        super().__init__(self._answer)
        self.pages: dict[str, Page] = {}
        self.cut_once: set[str] = set()

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def add(self, path: str, content: str | bytes, media_type: str = "text/html; charset=utf-8") -> str:
        """Put it there; its address."""
        body = content.encode() if isinstance(content, str) else content
        self.pages[path] = Reply(200, body, {"Content-Type": media_type})
        return self.url + path

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        self.pages[path] = Reply(status, b"", {"Location": target})
        return self.url + path

    def fail(self, path: str, status: int) -> str:
        self.pages[path] = Reply(status, b"no", {"Content-Type": "text/plain"})
        return self.url + path

    def recording(self, path: str, content: bytes, media_type: str = "audio/mpeg", *, ranges: bool = True) -> str:
        self.pages[path] = lambda request: self._recording(request, path, content, media_type, ranges)
        return self.url + path

    def slowly(self, path: str, content: bytes, *, seconds: float, media_type: str = "audio/mpeg") -> str:
        """The content at once, and then a byte every so often, without end."""

        def flow() -> Iterator[bytes]:
            yield content
            while True:
                time.sleep(seconds)
                yield b"\0"

        self.pages[path] = Reply(200, b"", {"Content-Type": media_type}, flow=flow)
        return self.url + path

    def _answer(self, request: Request) -> Reply:
        page = self.pages.get(request.path)
        if page is None:
            return Reply(404, b"<h1>Not found</h1>", {"Content-Type": "text/html"})
        return page if isinstance(page, Reply) else page(request)

    def _recording(self, request: Request, path: str, content: bytes, media_type: str, ranges: bool) -> Reply:
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"Content-Type": media_type}
        if ranges:
            headers |= {"Accept-Ranges": "bytes", "ETag": tag}
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", "")) if ranges else None
        if wanted is None or request.headers.get("if-range", tag) != tag:
            return Reply(200, content, headers, self._cut(path, len(content) // 2))
        first, last = int(wanted[1]), min(int(wanted[2] or len(content) - 1), len(content) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        return Reply(206, content[first : last + 1], headers)

    def _cut(self, path: str, half: int) -> int | None:
        if path not in self.cut_once:
            return None
        self.cut_once.discard(path)
        return half
