"""A model hub on localhost that speaks the Hugging Face hub's protocol and serves directories as repositories.

    GET  /api/models/{owner}/{name}[/revision/{revision}]   the commit and the files, with sizes and sha256
    HEAD /{owner}/{name}/resolve/{revision}/{file}          ETag, X-Repo-Commit, size
    GET  the same                                           the bytes, or the range of them that is asked for

`cut_once` names a file whose first download ends in the middle, as a broken line does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from tests.peers.server import Peer, Reply, Request

COMMIT = "0123456789abcdef0123456789abcdef01234567"
_LISTING = re.compile(r"/api/models/([^/]+/[^/]+)(?:/revision/[^/]+)?")
_FILE = re.compile(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)")


class HubPeer(Peer):
    def __init__(self, repositories: Mapping[str, Path]) -> None:
        super().__init__(self._answer)
        self._repositories = repositories
        self.cut_once: str | None = None
        self.corrupt: str | None = None  # a file whose bytes are not those that the listing announces

    def downloads(self, name: str) -> list[Request]:
        """The requests for the bytes of one file, in order."""
        return [each for each in self.requests if each.method == "GET" and each.path.endswith(f"/{name}")]

    def _answer(self, request: Request) -> Reply:
        if found := _LISTING.fullmatch(request.path):
            return self._listing(found[1])
        if found := _FILE.fullmatch(request.path):
            return self._file(request, found[1], found[2])
        return Reply.of({"error": "Not Found"}, 404)

    def _listing(self, repository: str) -> Reply:
        directory = self._repositories.get(repository)
        if directory is None:
            return Reply.of({"error": "Repository not found"}, 404)
        files = sorted(path for path in directory.iterdir() if path.is_file())
        return Reply.of(
            {"id": repository, "modelId": repository, "sha": COMMIT, "siblings": [_sibling(path) for path in files]}
        )

    def _file(self, request: Request, repository: str, name: str) -> Reply:
        path = self._repositories.get(repository, Path("/nowhere")) / name
        if not path.is_file():
            return Reply.of({"error": "Entry not found"}, 404)
        data = path.read_bytes()
        if name == self.corrupt:
            data = data[:-1] + bytes([data[-1] ^ 1])
        headers = {"ETag": f'"{hashlib.sha256(data).hexdigest()}"', "X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        first = int(wanted[1]) if wanted else 0
        if wanted:
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        return Reply(206 if wanted else 200, data[first:], headers, self._cut(request, name, len(data) // 2))

    def _cut(self, request: Request, name: str, half: int) -> int | None:
        if request.method != "GET" or name != self.cut_once:
            return None
        self.cut_once = None
        return half


def _sibling(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    found: dict[str, object] = {"rfilename": path.name, "size": len(data), "blobId": blob}
    if path.suffix in (".bin", ".onnx"):  # kept as large files are: with their sha256
        found["lfs"] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "pointerSize": 133}
    return found
