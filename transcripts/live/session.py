"""One client of a recorder, from its offer to its end."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from reflector_site.events.threads import at_the_door, in_thread

from . import keeping, ogg
from .arrivals import Arrival
from .keeping import Hold, Lost, Order
from .peer import Peer
from .pieces import Pieces

logger = logging.getLogger(__name__)

_TICK = 0.25  # seconds between two looks at what has arrived
_RENEWAL = 1.0  # seconds
#: Seconds in which packets that were on their way when somebody said stop may still come.
_ON_THE_WAY = 0.3
#: Seconds for which keeping the end is tried: when the client is gone, and when this process has to go.
_PATIENCE, _HURRY = 30.0, 4.0


class Session:
    """`answer` takes the offer, then `serve` lasts as long as the client does."""

    def __init__(self) -> None:
        self._peer = Peer(heard=self._hear, changed=self._wake)
        self._woken = asyncio.Event()
        self._began = self._renewed_at = time.monotonic()
        self._hurry = False

    async def answer(self, transcript_id: uuid.UUID, sdp: str) -> str:
        """The SDP to answer with, once the recording is ours. Raises Refused, or the database's errors."""
        try:
            answer = await self._peer.answer(sdp)
            self._hold = await in_thread(keeping.take_up, transcript_id)
        except BaseException:
            await self._peer.close()
            raise
        self._pieces = Pieces(self._hold)
        self._began = self._renewed_at = time.monotonic()
        return answer

    async def serve(self) -> None:
        """Until it is stopped, which ends the recording, or the client is gone, which leaves it to whoever goes on."""
        try:
            await self._serve()
        except Lost:
            logger.info("Recording %s was taken up by another recorder, ended or deleted.", self._hold.upload_id)
        finally:
            await self._peer.close()

    def leave(self) -> None:
        """This process has to go."""
        self._hurry = True
        self._wake()

    async def _serve(self) -> None:
        while not self._is_over():
            await self._tick()
            await self._pieces.keep()
            if await self._stop_wanted():
                await asyncio.sleep(_ON_THE_WAY)
                await self._pieces.keep_rest(patience=_PATIENCE)
                await at_the_door(keeping.finish, self._hold)
                return
        said_goodbye = self._peer.state == "closed"
        await self._pieces.keep_rest(patience=_HURRY if self._hurry else _PATIENCE)
        await at_the_door(lambda: keeping.let_go(self._hold, said_goodbye=said_goodbye))

    def _is_over(self) -> bool:
        unheard = self._pieces.last_at is None and time.monotonic() - self._began > keeping.CONNECTING
        return self._hurry or unheard or self._pieces.overflow or self._peer.state in ("failed", "closed")

    async def _stop_wanted(self) -> bool:
        """By the client, by somebody else, or because there is no more room. Raises Lost."""
        if self._peer.stop_wanted or _is_full(self._hold):
            return True
        if time.monotonic() - self._renewed_at < _RENEWAL:
            return False
        self._renewed_at = time.monotonic()
        try:
            order = await in_thread(lambda: keeping.renew(self._hold, silent_for=self._pieces.silent_for))
        except (DatabaseError, InterfaceError) as error:
            logger.warning("Recording %s waits for the database: %s", self._hold.upload_id, error)
            return False
        if order == Order.LOST:
            raise Lost
        return order == Order.STOP

    async def _tick(self) -> None:
        try:
            async with asyncio.timeout(_TICK):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    def _wake(self) -> None:
        self._woken.set()

    def _hear(self, arrival: Arrival) -> None:
        self._pieces.hear(arrival)


def _is_full(hold: Hold) -> bool:
    """As long, or as large, as a recording may be."""
    longest = settings.MAX_AUDIO_HOURS * 3600 - settings.WEBRTC_PIECE
    return hold.samples / ogg.RATE > longest or hold.size > settings.MAX_UPLOAD_SIZE
