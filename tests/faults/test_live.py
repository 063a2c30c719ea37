"""Two hundred sockets follow one stream while connections, Redis and the web process go and come back."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
import redis

from tests.faults.conftest import server_processes
from tests.stack import Stack, running, until
from tests.viewers import Reader, Viewer, connect

SOCKETS, EVENTS, PACE = 200, 1000, 80
SEED = 3

WRITE = """
import os, time
from django.db import transaction
from transcripts.events import FinalTitle, announce
from transcripts.models import Transcript
transcript = Transcript.objects.get(pk=os.environ["TRANSCRIPT"])
begun = time.monotonic()
for number in range(int(os.environ["EVENTS"])):
    time.sleep(max(0, begun + number / float(os.environ["PACE"]) - time.monotonic()))
    with transaction.atomic():
        announce(transcript, FinalTitle(title=f"Title {number}"))
"""


class Follower:
    """A client as it should be: goes on from its cursor, and takes nothing but the next number."""

    def __init__(self, port: int, transcript: str, key: str, chance: random.Random) -> None:
        self._port, self._transcript, self._key, self._chance = port, transcript, key, chance
        self.seqs: list[int] = []
        self.connections = 0
        self.viewer: Viewer | None = None
        self.wrong: list[str] = []

    async def follow(self, until_seq: int) -> None:
        while len(self.seqs) < until_seq and not self.wrong:
            enough, reader = asyncio.Event(), Reader()
            take = partial(self._take, reader, enough, until_seq)
            path = f"/v1/transcripts/{self._transcript}/events?since={len(self.seqs)}"
            try:
                self.viewer = await connect(self._port, path, {"X-API-Key": self._key}, take)
            except OSError:
                await asyncio.sleep(self._chance.uniform(0.05, 0.3))
                continue
            self.connections += 1
            waiting = asyncio.ensure_future(enough.wait())
            await asyncio.wait([waiting, self.viewer.gone], return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        self.cut()
        await asyncio.sleep(0.1)

    def _take(self, reader: Reader, enough: asyncio.Event, until_seq: int, block: bytes) -> None:
        for text in reader.texts(block):
            seq = json.loads(text)["seq"]
            if seq != len(self.seqs) + 1:
                self.wrong.append(f"{seq} after {len(self.seqs)}")
            self.seqs.append(seq)
        if len(self.seqs) >= until_seq or self.wrong:
            enough.set()

    def cut(self) -> None:
        if self.viewer is not None:
            self.viewer.transport.abort()


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack of its own, since its servers are killed."""
    with running(tmp_path / "var") as stack:
        yield stack


def test_every_client_gets_every_event_once_and_in_order(own_stack: Stack) -> None:
    web = own_stack.web()
    with own_stack.client() as client:
        transcript = client.post("/v1/transcripts", json={"name": "live"}).raise_for_status().json()["id"]
        key = client.headers["X-API-Key"]
    asyncio.run(follow_through_it_all(own_stack, web, transcript, key))


async def follow_through_it_all(stack: Stack, web: subprocess.Popen[bytes], transcript: str, key: str) -> None:
    chance = random.Random(SEED)
    first, *others = [Follower(stack.port, transcript, key, chance) for _ in range(SOCKETS)]
    following = [asyncio.ensure_future(first.follow(EVENTS // 10))]  # the first viewer leaves early
    await asyncio.sleep(0.2)
    following += [asyncio.ensure_future(follower.follow(EVENTS)) for follower in others]
    writer = stack.spawn(
        *("manage.py", "shell", "--no-imports", "-c", WRITE),
        log="writer",
        TRANSCRIPT=transcript,
        EVENTS=str(EVENTS),
        PACE=str(PACE),
    )
    cutting = asyncio.ensure_future(cut_at_random(others, chance))
    faults: list[tuple[int, Callable[[], object]]] = [
        (150, lambda: redis.Redis.from_url(stack.addresses["redis_url"]).flushall()),
        (300, lambda: [process.kill() for process in server_processes(stack, "redis")]),
        (500, lambda: restart(stack, [web], politely=True)),
        (750, lambda: restart(stack, stack.processes[-1:], politely=False)),
    ]
    for at, fault in faults:
        while len(others[0].seqs) < at:
            assert not [wrong for follower in others for wrong in follower.wrong]
            assert writer.poll() in (None, 0)
            await asyncio.sleep(0.02)
        await asyncio.to_thread(fault)
    await asyncio.wait_for(asyncio.gather(*following), 60)
    cutting.cancel()

    assert [follower.wrong for follower in [first, *others] if follower.wrong] == []
    assert first.seqs == list(range(1, len(first.seqs) + 1))
    assert len(first.seqs) >= EVENTS // 10
    assert all(follower.seqs == list(range(1, EVENTS + 1)) for follower in others)
    assert sum(follower.connections for follower in others) > 2 * SOCKETS, "hardly a connection was cut"


async def cut_at_random(followers: list[Follower], chance: random.Random) -> None:
    while True:
        await asyncio.sleep(0.05)
        for follower in chance.sample(followers, 2):
            follower.cut()


def restart(stack: Stack, old: list[subprocess.Popen[bytes]], *, politely: bool) -> None:
    for process in old:
        process.terminate() if politely else process.kill()
        process.wait(20)
    stack.web()


def test_a_deleted_transcript_lets_all_go(own_stack: Stack) -> None:
    own_stack.web()

    async def watch(client: httpx.Client, transcript: str) -> int | None:
        path = f"/v1/transcripts/{transcript}/events?since=0"
        viewer = await connect(own_stack.port, path, {"X-API-Key": client.headers["X-API-Key"]})
        await asyncio.sleep(0.3)
        await asyncio.to_thread(client.delete, f"/v1/transcripts/{transcript}")
        await asyncio.wait_for(viewer.gone, 15)
        return viewer.close_code()

    with own_stack.client() as client:
        transcript = client.post("/v1/transcripts", json={"name": "live"}).json()["id"]
        assert asyncio.run(watch(client, transcript)) == 4404
        assert until(lambda: client.get("/health").status_code == 200)
