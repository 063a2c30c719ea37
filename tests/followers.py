"""Clients that follow one stream while connections, Redis and the web process go and come back."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
from collections.abc import Callable
from functools import partial

import redis

from tests.stack import Stack, server_processes
from tests.viewers import Reader, Viewer, connect

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


def follow_through_it_all(stack: Stack, *, sockets: int, events: int, pace: float) -> int:
    """One stream, `pace` events a second, and every fault. Returns how often a connection was made."""
    web = stack.web()
    with stack.client() as client:
        transcript = client.post("/v1/transcripts", json={"name": "live"}).raise_for_status().json()["id"]
        key = client.headers["X-API-Key"]
    chance = random.Random(SEED)
    followers = [Follower(stack.port, transcript, key, chance) for _ in range(sockets)]
    asyncio.run(_follow(stack, web, followers, transcript, events, pace))
    return sum(follower.connections for follower in followers)


async def _follow(
    stack: Stack, web: subprocess.Popen[bytes], followers: list[Follower], transcript: str, events: int, pace: float
) -> None:
    first, *others = followers
    following = [asyncio.ensure_future(first.follow(events // 10))]  # the first viewer leaves early
    await asyncio.sleep(0.2)
    following += [asyncio.ensure_future(follower.follow(events)) for follower in others]
    writer = stack.spawn(
        *("manage.py", "shell", "--no-imports", "-c", WRITE),
        log="writer",
        TRANSCRIPT=transcript,
        EVENTS=str(events),
        PACE=str(pace),
    )
    cutting = asyncio.ensure_future(_cut_at_random(others))
    faults: list[tuple[int, Callable[[], object]]] = [
        (events * 15 // 100, lambda: redis.Redis.from_url(stack.addresses["redis_url"]).flushall()),
        (events * 30 // 100, lambda: [process.kill() for process in server_processes(stack, "redis")]),
        (events // 2, lambda: _restart(stack, [web], politely=True)),
        (events * 3 // 4, lambda: _restart(stack, stack.processes[-1:], politely=False)),
    ]
    for at, fault in faults:
        while len(others[0].seqs) < at:
            assert not [wrong for follower in others for wrong in follower.wrong]
            assert writer.poll() in (None, 0)
            await asyncio.sleep(0.02)
        await asyncio.to_thread(fault)
    await asyncio.wait_for(asyncio.gather(*following), 60 + events / pace)
    cutting.cancel()

    assert [follower.wrong for follower in followers if follower.wrong] == []
    assert first.seqs == list(range(1, len(first.seqs) + 1))
    assert len(first.seqs) >= events // 10
    assert all(follower.seqs == list(range(1, events + 1)) for follower in others)


async def _cut_at_random(followers: list[Follower]) -> None:
    chance = random.Random(SEED)
    while True:
        await asyncio.sleep(0.05)
        for follower in chance.sample(followers, 2):
            follower.cut()


def _restart(stack: Stack, old: list[subprocess.Popen[bytes]], *, politely: bool) -> None:
    for process in old:
        process.terminate() if politely else process.kill()
        process.wait(20)
    stack.web()
