"""One watcher of one stream: a cursor, where frames go, and who may watch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import Http404
from django.utils import timezone

from accounts.identity import Identity, still_valid
from reflector_site.metrics.counters import DELIVERED

from . import log, registry
from .frames import Batch, Frame, batches, encode
from .hub import PAGE, PATIENCE, hub
from .messages import Reset
from .outlets import Outlet
from .threads import in_thread

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody may not watch: a close code of the socket, the code of an error message, and a sentence."""

    close_code: int
    error: str
    sentence: str


UNAUTHENTICATED = Refusal(4401, "unauthenticated", "You are not signed in, or no longer. Sign in again.")


@dataclass(frozen=True, slots=True)
class Permission:
    """The right of one person, by one credential, to watch one stream."""

    identity: Identity
    stream: str

    @property
    def key(self) -> tuple[str, str]:
        """Equal for all that one question answers."""
        return (self.identity.key, self.stream)

    def refusal(self) -> Refusal | None:
        """Ask the database; None when they may watch."""
        if not still_valid(self.identity):
            return UNAUTHENTICATED
        try:
            registry.kind_of(self.stream).authorize(self.identity.user, self.stream)
        except Http404 as error:
            return Refusal(4404, "not_found", str(error))
        except PermissionDenied as error:
            return Refusal(4403, "forbidden", str(error))
        return None


class Listener(Protocol):
    """Who is told what becomes of a subscription."""

    def withdrawn(self, subscription: Subscription, refusal: Refusal) -> None: ...

    def may_be_over(self, subscription: Subscription) -> None:
        """Everything there is has been given, and it may have been the last."""


class Subscription:
    """`since` is the number of the last event that the watcher has; None for a client of the replaced system."""

    def __init__(self, *, permission: Permission, since: int | None, outlet: Outlet, listener: Listener) -> None:
        self.kind = registry.kind_of(permission.stream)
        self.permission = permission
        self.key = permission.stream
        self.outlet = outlet
        self.since = since
        self.cursor = since or 0
        #: Names of the events that are wanted; None for all.
        self.passes = self.kind.known if since is None else None
        self._listener = listener
        self._old = 0  # up to here it is replay
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    async def join(self) -> None:
        """Count among those who watch; events come from `catch_up` on. Raises `django.db.Error`; then it is stopped."""
        try:
            await hub().add(self)
            if self.since is None:
                self._old = (await in_thread(log.last_seqs, [self.key]))[self.key]
                if self.kind.replayed == frozenset():
                    self.cursor = self._old
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Nothing is given to it any more, and its listener hears nothing of it."""
        self._stopped = True
        hub().remove(self)
        if self._task is not None:
            self._task.cancel()

    def withdraw(self, refusal: Refusal) -> None:
        if not self._stopped:
            self.stop()
            self._listener.withdrawn(self, refusal)

    # --- level with the rest

    def is_level(self) -> bool:
        return hub().has_level(self)

    def give(self, batch: Batch) -> bool:
        """Pass a batch on. False when there was no room."""
        if not self.outlet.write(batch):
            return False
        if last := max((frame.seq for frame in batch.frames if frame.seq is not None), default=None):
            self.cursor = last
        if any(frame.name in self.kind.endings for frame in batch.frames):
            self._listener.may_be_over(self)
        return True

    # --- behind

    def catch_up(self, *, checked: bool = False) -> None:
        """From the log, until it is level. `checked`: the permission has just been asked for."""
        if self._stopped:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._catch_up(checked=checked))

    async def _catch_up(self, *, checked: bool) -> None:
        while True:
            try:
                if not checked and (refusal := await in_thread(self.permission.refusal)):
                    self._task = None  # so that stopping does not cancel what is stopping
                    return self.withdraw(refusal)
                return await self._read_on()
            except TimeoutError:
                logger.info("A watcher of %s does not read and is let go.", self.key)
                self.outlet.abort()
                return None
            except Error as error:
                logger.warning("A watcher of %s waits for the database: %s", self.key, error)
                await asyncio.sleep(1)
            except Exception:
                logger.exception("A watcher of %s cannot be served and is let go", self.key)
                return self.outlet.abort()

    async def _read_on(self) -> None:
        """Raises TimeoutError when the peer does not read, or `django.db.Error`."""
        while not hub().level_with(self):
            await self._room()
            page = await in_thread(log.read, self.key, self.cursor, PAGE)
            if self.since is not None and (reason := page.lacks(self.cursor)):
                if self.outlet.write(Batch([self._reset(reason, page.last)])):
                    self.cursor = page.last
            elif page.frames:
                self._write(page.frames)
            else:
                # The log has shown us more than was rung for, or less than has been: it may have been put back.
                self.cursor = min(self.cursor, page.last)
                await hub().pull(self.key, beyond=self.cursor)
        self._listener.may_be_over(self)

    def _wants(self, frame: Frame) -> bool:
        if self.since is not None:
            return True
        replay = frame.seq is not None and frame.seq <= self._old
        names = self.kind.replayed if replay else self.kind.known
        return names is None or frame.name in names

    def _reset(self, reason: str, last: int) -> Frame:
        data = Reset(reason=reason).model_dump_json()
        return encode(key=self.kind.name_key, name=Reset.event, data=data, stream=self.key, seq=last, at=timezone.now())

    def _write(self, frames: Sequence[Frame]) -> None:
        """As many as there is room for. The rest is read again: it must not wait in memory for a slow peer."""
        for batch in batches([frame for frame in frames if self._wants(frame)]):
            if not self.outlet.write(batch):
                return
            DELIVERED.inc(len(batch.frames))
            self.cursor = batch.frames[-1].seq or 0
        self.cursor = frames[-1].seq or 0

    async def _room(self) -> None:
        async with asyncio.timeout(PATIENCE):  # unlike `wait_for` of Python 3.11 it never swallows a cancellation
            await self.outlet.drained()
