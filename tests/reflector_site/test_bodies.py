"""Bodies of requests: too large ones and those that the disk does not take are refused in JSON before any view runs."""

from __future__ import annotations

import asyncio
import errno
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from django.conf import LazySettings

from reflector_site import bodies
from reflector_site.bodies import MULTIPART_OVERHEAD, BoundedBodies
from tests.stack import free_port

LIMIT = 10_000
UPLOAD = "/v1/transcripts/no-such-transcript/record/upload"
FULL = "The storage is full, so the audio could not be kept. Free some space and try again."


@pytest.fixture(autouse=True)
def limits(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAX_UPLOAD_SIZE = LIMIT
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    monkeypatch.setattr(bodies, "LINGER", 0.1)


class Conversation:
    """A request in blocks, what it is answered, and how many blocks the application had taken by then."""

    def __init__(self, blocks: Iterable[bytes], *, length: int | None = None, path: str = UPLOAD) -> None:
        self._blocks = list(blocks)
        self.taken = self.taken_when_answered = 0
        self.sent: list[dict[str, Any]] = []
        stated = [] if length is None else [(b"content-length", str(length).encode())]
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(b"host", b"localhost"), *stated],
        }

    async def receive(self) -> dict[str, Any]:
        if self.taken == len(self._blocks):
            await asyncio.Event().wait()  # the client stays
        self.taken += 1
        more = self.taken < len(self._blocks)
        return {"type": "http.request", "body": self._blocks[self.taken - 1], "more_body": more}

    async def send(self, message: Any) -> None:
        if not self.sent:
            self.taken_when_answered = self.taken
        self.sent.append(message)

    async def answer(self) -> tuple[int, bytes]:
        await asyncio.wait_for(BoundedBodies()(self.scope, self.receive, self.send), 10)
        return self.sent[0]["status"], b"".join(message.get("body", b"") for message in self.sent[1:])


def assert_refused(talk: Conversation, answer: tuple[int, bytes], status: int, sentence: str) -> None:
    assert answer[0] == status
    assert sentence in json.loads(answer[1])["detail"]
    headers = dict(talk.sent[0]["headers"])
    assert (headers[b"content-type"], headers[b"connection"]) == (b"application/json", b"close")


async def test_a_stated_length_is_refused_before_anything_is_read() -> None:
    talk = Conversation([b"x"], length=LIMIT + MULTIPART_OVERHEAD + 1)
    assert_refused(talk, await talk.answer(), 413, "MAX_UPLOAD_SIZE")
    assert talk.taken_when_answered == 0


async def test_a_body_without_a_length_is_counted() -> None:
    talk = Conversation([bytes(40_000)] * 5)
    assert_refused(talk, await talk.answer(), 413, "MAX_UPLOAD_SIZE")
    assert talk.taken_when_answered == 2


@pytest.mark.django_db(transaction=True)
async def test_a_body_that_fits_reaches_the_views() -> None:
    talk = Conversation([bytes(LIMIT), bytes(MULTIPART_OVERHEAD)], length=LIMIT + MULTIPART_OVERHEAD)
    status, _ = await talk.answer()
    assert (status, talk.taken) == (404, 2)


@pytest.mark.parametrize("path", ["/v1/transcripts", "/sign-in", "/v1/transcripts/x/record/upload/y"])
@pytest.mark.parametrize("stated", [True, False])
async def test_what_carries_no_file_is_smaller(settings: LazySettings, path: str, stated: bool) -> None:
    settings.MAX_BODY_SIZE = 5000
    talk = Conversation([bytes(3000)] * 3, length=9000 if stated else None, path=path)
    assert_refused(talk, await talk.answer(), 413, "The request is larger than 0.005 MB.")
    assert talk.taken_when_answered == (0 if stated else 2)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
async def test_a_full_disk(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(tempfile.SpooledTemporaryFile):  # type: ignore[type-arg]
        def rollover(self) -> None:
            raise OSError(code, "full")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", FullDisk)
    talk = Conversation([bytes(5000)], length=5000)
    assert_refused(talk, await talk.answer(), 507, FULL)


async def test_large_bodies_wait_in_the_directory_of_the_settings(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "missing"
    talk = Conversation([bytes(5000)], length=5000)
    assert_refused(talk, await talk.answer(), 503, "missing")


async def test_over_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LINGER", 5.0)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(BoundedBodies(), port=port, lifespan="off", log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            for path, setting in ((UPLOAD, "MAX_UPLOAD_SIZE"), ("/v1/transcripts", "MAX_BODY_SIZE")):
                answer = await client.post(path, content=bytes(20_000_000))
                assert (answer.status_code, answer.headers["connection"]) == (413, "close")
                assert setting in answer.json()["detail"]
    finally:
        server.should_exit = True
        await serving
