"""What a client sends, cut into pieces every few seconds, each of which is kept before the next."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from consent.vault import VaultError
from reflector_site.events.threads import at_the_door, in_thread

from . import keeping
from .arrivals import Arrival, Arrivals
from .keeping import Hold

logger = logging.getLogger(__name__)

#: Seconds without sound after which what is here is kept at once: before keeping.QUIET, when others may take over.
_LULL = 1.0
#: Bytes that may wait in memory while storage or database are away: an hour or so.
_MOST_WAITING = 16_000_000
#: Seconds between two attempts to keep a piece.
_PAUSE = 1.0
_WILL_PASS = (VaultError, DatabaseError, InterfaceError, OSError)


class Pieces:
    """All times are those of `time.monotonic`."""

    def __init__(self, hold: Hold) -> None:
        now = time.monotonic()
        self._hold = hold
        self._arrivals = Arrivals(last_at=None if hold.away is None else now - hold.away)
        self._waiting: deque[list[bytes]] = deque()
        self._cut_at = now
        self._not_before = now
        self.last_at: float | None = None

    def hear(self, arrival: Arrival) -> None:
        if self._arrivals.add(arrival):
            self.last_at = arrival.at

    @property
    def silent_for(self) -> float | None:
        """Seconds since the last packet; None while none has come."""
        return None if self.last_at is None else time.monotonic() - self.last_at

    @property
    def overflow(self) -> bool:
        return sum(len(packet) for piece in self._waiting for packet in piece) > _MOST_WAITING

    async def keep(self) -> bool:
        """Cut what is due and keep what waits; whether all is kept. Raises Lost."""
        now = time.monotonic()
        lull = (self.silent_for or 0.0) > _LULL
        if lull or now - self._cut_at >= settings.WEBRTC_PIECE:
            self._cut(None if lull else now)
        return await self._keep_waiting() if now >= self._not_before else not self._waiting

    async def keep_rest(self, *, patience: float) -> None:
        """Keep everything. Gives up after `patience` seconds, with a line in the log. Raises Lost."""
        deadline = time.monotonic() + patience
        self._cut(None)
        while not await self._keep_waiting():
            if time.monotonic() > deadline:
                logger.error("The end of recording %s could not be kept.", self._hold.upload_id)
                return
            await asyncio.sleep(_PAUSE)
            with suppress(DatabaseError, InterfaceError):  # else the watchdog would end it without the rest
                await in_thread(lambda: keeping.renew(self._hold, silent_for=self.silent_for))

    def _cut(self, now: float | None) -> None:
        self._cut_at = time.monotonic()
        if packets := self._arrivals.take(now):
            self._waiting.append(packets)

    async def _keep_waiting(self) -> bool:
        while self._waiting:
            piece, silent_for = self._waiting[0], self.silent_for or 0.0
            try:
                await at_the_door(lambda p=piece, s=silent_for: keeping.add(self._hold, p, silent_for=s))
            except _WILL_PASS as error:
                logger.warning("Recording %s waits for storage or database: %s", self._hold.upload_id, error)
                self._not_before = time.monotonic() + _PAUSE
                return False
            self._waiting.popleft()
        return True
