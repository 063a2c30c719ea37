"""One hub per process brings events to all who watch here.

It hears every ring, knows for each watched stream the last number it has passed on, and passes on what follows. Numbers
that do not follow, rings that were missed, a Redis that was away: the hub reads the log, once for all who watch. Who
is behind, because they have just come or read slowly, is served from the log until they are level with the rest. So
replay, live, reconnect, duplicates and losses are one thing: a number to go on from.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import weakref
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import redis
from django.db import Error

from reflector_site.metrics.counters import DELIVERED

from . import bell, log
from .frames import Batch, Frame, batches
from .memory import Crowd
from .threads import in_thread

if TYPE_CHECKING:
    from .subscription import Subscription

logger = logging.getLogger(__name__)

#: Seconds between two looks at the last numbers of all watched streams: so long a lost ring may delay an event.
HEAL = 2.0
#: Seconds between two questions who may still watch.
RECHECK = 30.0
#: Such questions at once.
CHECKS = 2
#: Seconds from one try to reach Redis to the next.
RECONNECT = 0.5
#: Events that are read from the log at once.
PAGE = 200
#: Seconds after which a peer that does not read is given up.
PATIENCE = 60.0


class Watched:
    """A stream that somebody here watches. `seq` is the last number passed on; None until it is known."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.seq: int | None = None
        self.everybody: set[Subscription] = set()
        self.level: set[Subscription] = set()  # those who have all up to `seq`
        self.reading = asyncio.Lock()
        self.missing = False  # something was heard of that has not been passed on

    def pass_on(self, frames: Sequence[Frame]) -> None:
        """Give frames to all who are level. Whoever has no room is behind from now on."""
        for passes in {subscription.passes for subscription in self.level}:
            wanted = frames if passes is None else [frame for frame in frames if frame.name in passes]
            for batch in batches(wanted):
                to = [s for s in self.level if s.passes == passes]
                for subscription in to:
                    if not _given(subscription, batch):
                        self.level.discard(subscription)
                        subscription.catch_up()
                DELIVERED.inc(len(batch.frames) * len(to))
        for subscription in self.level:
            subscription.cursor = self.seq or 0  # also past what it does not want to see

    def fall_back(self, seq: int) -> None:
        """The log does not go on from what was passed on: all are sent back to it, each with their own cursor."""
        self.seq = seq
        for subscription in list(self.level):
            self.level.discard(subscription)
            subscription.catch_up()


def _given(subscription: Subscription, batch: Batch) -> bool:
    """Whether there was room. What is wrong with one socket is kept from the others."""
    try:
        return subscription.give(batch)
    except Exception:
        logger.exception("A watcher of %s cannot be written to and is let go", subscription.key)
        subscription.outlet.abort()
        return False


class Hub:
    def __init__(self) -> None:
        self._watched: dict[str, Watched] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._crowd = Crowd()

    # --- who watches

    async def add(self, subscription: Subscription) -> None:
        """Begin to serve it; it is heard of `subscription` when it is level. Raises `django.db.Error`."""
        watched = self._watched.get(subscription.key)
        if watched is None:
            watched = self._watched[subscription.key] = Watched(subscription.key)
        watched.everybody.add(subscription)
        self._crowd.came()
        if not self._tasks:
            self._tasks = [asyncio.create_task(work()) for work in (self._listen, self._heal, self._recheck)]
        try:
            await self._learn(watched)
        except BaseException:
            self.remove(subscription)
            raise

    def remove(self, subscription: Subscription) -> None:
        watched = self._watched.get(subscription.key)
        if watched is None or subscription not in watched.everybody:
            return
        watched.everybody.discard(subscription)
        self._crowd.left()
        watched.level.discard(subscription)
        if not watched.everybody:
            del self._watched[subscription.key]
        if not self._watched:  # nobody is here: an idle process does nothing
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    def level_with(self, subscription: Subscription) -> bool:
        """Count it among those who have everything, if that is so. Nothing can be passed on between look and deed."""
        watched = self._watched.get(subscription.key)
        if watched is None or subscription not in watched.everybody:
            raise asyncio.CancelledError  # it was stopped
        if watched.seq != subscription.cursor:
            return False
        watched.level.add(subscription)
        return True

    def has_level(self, subscription: Subscription) -> bool:
        watched = self._watched.get(subscription.key)
        return watched is not None and subscription in watched.level

    async def _learn(self, watched: Watched) -> None:
        async with watched.reading:
            if watched.seq is None:
                watched.seq = (await in_thread(log.last_seqs, [watched.key]))[watched.key]

    async def pull(self, key: str, *, beyond: int | None = None) -> None:
        """Pass on whatever the log has after the last number.

        `beyond`: unless that is just this one. Of many who find the same missing, one reads.
        """
        watched = self._watched.get(key)
        if watched is None:
            return
        async with watched.reading:
            if beyond is not None and watched.seq == beyond:
                return
            while watched.seq is not None:
                watched.missing = False
                page = await in_thread(log.read, key, watched.seq, PAGE)
                if page.lacks(watched.seq):
                    watched.fall_back(page.last)
                    return
                if not self._following(watched, page.frames) and not watched.missing:
                    return

    # --- what is new

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_on()
            except (redis.RedisError, OSError) as error:
                logger.warning("Redis is away, events come a little later: %s", error)
            except Exception:
                logger.exception("Listening failed, it begins again")
            await asyncio.sleep(RECONNECT)

    async def _listen_on(self) -> None:
        async with contextlib.aclosing(bell.listen()) as heard:
            async for rings in heard:
                if not rings:
                    await self._look_quietly()
                self._hear(rings)

    def _hear(self, rings: Sequence[bell.Ring]) -> None:
        """Those of one stream together, in their order; a whisper keeps its place among them."""
        by_stream: dict[str, list[bell.Ring]] = {}
        for ring in rings:
            if ring.credential:
                self._check_credential(ring.stream)
            elif ring.stream in self._watched:
                by_stream.setdefault(ring.stream, []).append(ring)
        for key, heard in by_stream.items():
            watched = self._watched.get(key)
            if watched is None:
                continue
            if any(ring.check for ring in heard):
                self._check(watched)
            if self._take(watched, heard):
                asyncio.ensure_future(self._pull_quietly(key))  # noqa: RUF006 -- the heal loop would do it too

    def _take(self, watched: Watched, heard: Sequence[bell.Ring]) -> bool:
        """Pass on what follows; whether the log has to be read for the rest. Who is reading it already reads on."""
        if watched.reading.locked():
            watched.missing = True
            return watched.seq is None  # only its number is being asked for
        if watched.seq is None:
            return True
        fitting: list[Frame] = []
        seq = watched.seq
        missing = False
        for ring in heard:
            if ring.seq is None and ring.frame is not None and not ring.check:
                fitting.append(ring.frame)
            elif ring.seq == seq + 1 and ring.frame is not None:
                fitting.append(ring.frame)
                seq += 1
            elif ring.seq is not None and ring.seq > seq:
                missing = True
        watched.seq = seq
        if fitting:
            watched.pass_on(fitting)
        return missing

    def _following(self, watched: Watched, frames: Iterable[Frame]) -> list[Frame]:
        following = list(frames)
        if following:
            watched.seq = following[-1].seq
            watched.pass_on(following)
        return following

    # --- what was missed

    async def _heal(self) -> None:
        while True:
            await asyncio.sleep(HEAL)
            await self._look_quietly()

    async def _look_quietly(self) -> None:
        try:
            await self._look()
        except Error as error:  # the next time
            logger.warning("The database is away, events come a little later: %s", error)
        except Exception:
            logger.exception("Looking for events failed")

    async def _look(self) -> None:
        """Compare all last numbers with the log's; one query."""
        passed = {key: watched.seq for key, watched in self._watched.items() if watched.seq is not None}
        last = await in_thread(log.last_seqs, passed)
        behind = []
        for key, seq in last.items():
            watched = self._watched.get(key)
            if watched is None or watched.seq is None:
                continue
            if seq > watched.seq:
                behind.append(key)
            elif seq < passed[key]:  # deleted, or the database was put back to an earlier state
                watched.fall_back(seq)
                self._check(watched)
        await asyncio.gather(*map(self._pull_quietly, behind))

    async def _pull_quietly(self, key: str) -> None:
        try:
            await self.pull(key)
        except Error as error:
            logger.warning("The database is away, events come a little later: %s", error)

    # --- who may still watch

    async def _recheck(self) -> None:
        """All, a few at a time: thousands of watchers must not keep the threads from reading, nor pile up."""
        while True:
            await asyncio.sleep(RECHECK)
            groups = _groups(s for watched in list(self._watched.values()) for s in watched.everybody)
            for begin in range(0, len(groups), CHECKS):
                await asyncio.gather(*map(_check_group, groups[begin : begin + CHECKS]))

    def _check(self, watched: Watched) -> None:
        """Now, since something has happened to the stream. Until then nobody is given anything of it."""
        held, watched.level = watched.level, set()
        for group in _groups(watched.everybody):
            asyncio.ensure_future(_check_held(group, held))  # noqa: RUF006 -- asked again in half a minute anyway

    def _check_credential(self, key: str) -> None:
        """Now, since something has happened to the credential with this `Identity.key`."""
        everybody = (s for watched in self._watched.values() for s in watched.everybody)
        for group in _groups(s for s in everybody if s.permission.identity.key == key):
            asyncio.ensure_future(_check_group(group))  # noqa: RUF006 -- as above


def _groups(subscriptions: Iterable[Subscription]) -> list[list[Subscription]]:
    """Those together whom one question answers: all connections of one credential to one stream."""
    groups: dict[object, list[Subscription]] = {}
    for subscription in subscriptions:
        groups.setdefault(subscription.permission.key, []).append(subscription)
    return list(groups.values())


async def _check_group(group: Sequence[Subscription]) -> bool:
    """Whether the question could be answered; those who may not watch are let go."""
    try:
        refusal = await in_thread(group[0].permission.refusal)
        if refusal is not None:
            for subscription in group:
                subscription.withdraw(refusal)
    except Error:
        return False  # nobody can say just now
    except Exception:
        logger.exception("Could not ask who may watch %s", group[0].key)
        return False
    return True


async def _check_held(group: Sequence[Subscription], held: set[Subscription]) -> None:
    """They go on from where they were held, if they may; while nobody can say they ask again themselves."""
    answered = await _check_group(group)
    for subscription in held.intersection(group):
        subscription.catch_up(checked=answered)


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop: one in a web process."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
