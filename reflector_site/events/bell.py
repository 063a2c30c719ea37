"""The bell: one Redis channel on which every process hears that a stream has something new.

A ring carries the frame itself, so that nobody needs to read the log while all goes well. It may be lost, doubled or
late: the log is the truth, and the hub asks it whenever numbers do not follow each other, and every few seconds.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings
from redis import asyncio as async_redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from .frames import Frame

logger = logging.getLogger(__name__)

CHANNEL = "reflector:events"
#: Larger frames are not carried: who hears the ring reads them from the log. Bytes.
MOST_CARRIED = 256 * 1024
#: Seconds without a try after Redis did not answer, so that an absent Redis does not slow every verb.
REST = 1.0
CHECK = "!check"  # a ring for which there is no event: whoever watches the stream asks again who may
CREDENTIAL = "!credential"  # as CHECK, with a credential in the place of the stream: whatever is watched by it
_resting_until = 0.0


@dataclass(frozen=True, slots=True)
class Ring:
    """`frame` is None for one that was too large to carry, and for a request to check who may still watch.

    With `credential`, `stream` is the key of an `accounts.identity.Identity`.
    """

    stream: str
    seq: int | None
    frame: Frame | None
    check: bool = False
    credential: bool = False


def ring(stream: str, frame: Frame) -> None:
    """Tell every process. Redis being away is no reason to stop: the hub finds out by itself."""
    carried = frame.text if len(frame.text) <= MOST_CARRIED else ""
    if carried or frame.seq is not None:
        _publish(f"{stream} {frame.seq or '-'} {frame.name}\n{carried}")


def ring_for_check(stream: str) -> None:
    """Have every process ask again who may watch the stream: it was deleted, or its sharing has changed."""
    _publish(f"{stream} - {CHECK}\n")


def ring_for_credential(key: str) -> None:
    """Have every process ask again whether that credential still counts: it was revoked."""
    _publish(f"{key} - {CREDENTIAL}\n")


def _publish(message: str) -> None:
    global _resting_until  # noqa: PLW0603 -- one memory of Redis per process
    if time.monotonic() < _resting_until:
        return
    try:
        _client().publish(CHANNEL, message)
    except redis.RedisError as error:
        _resting_until = time.monotonic() + REST
        logger.warning("Could not ring: %s", error)


@cache
def _client() -> redis.Redis[bytes]:
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.BROKER_URL, socket_timeout=1, socket_connect_timeout=1, retry=once)


async def listen() -> AsyncGenerator[list[Ring], None]:
    """What was rung, as it comes, all that is there at once together. Ends with RedisError when the connection does."""
    once = AsyncRetry(NoBackoff(), 0)  # whoever listens has to know that something may have been missed
    client = async_redis.Redis.from_url(settings.BROKER_URL, socket_timeout=None, socket_connect_timeout=5, retry=once)
    pubsub = client.pubsub(ignore_subscribe_messages=True)
    try:
        await pubsub.subscribe(CHANNEL)
        yield []  # listening now: what happened before has to be read
        while True:
            message = await pubsub.get_message(timeout=None)  # type: ignore[arg-type]  # the stubs are of an older redis
            found = []
            while message is not None:
                found.append(message["data"])
                message = await pubsub.get_message(timeout=0) if len(found) < 256 else None
            yield [ring for ring in map(_heard, found) if ring is not None]
    finally:
        with contextlib.suppress(Exception):
            await pubsub.aclose()  # type: ignore[attr-defined]  # as above
            await client.aclose()  # type: ignore[attr-defined]  # as above


def _heard(message: bytes) -> Ring | None:
    """None for what is no ring: Redis may be shared, and another release may speak differently."""
    try:
        head, _, text = message.decode().partition("\n")
        stream, number, name = head.split(" ")
        seq = None if number == "-" else int(number)
    except ValueError:
        logger.warning("Something that is no event came over %s.", CHANNEL)
        return None
    frame = Frame(seq, name, text) if text else None
    return Ring(stream, seq, frame, check=name == CHECK, credential=name == CREDENTIAL)
