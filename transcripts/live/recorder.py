"""The process that receives microphones: it takes offers, one session for each, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import uuid

import redis.asyncio
from django.conf import settings
from django.db import DatabaseError, InterfaceError

from reflector_site import presence

from . import offers
from .offers import Offer
from .refusals import Refused
from .session import Session

logger = logging.getLogger(__name__)

#: Sessions at a time; further offers are left to other recorders.
MOST = 50
#: Seconds until the end of the process in which sessions keep what they have.
_FAREWELL = 8.0


class Recorder:
    def __init__(self) -> None:
        self._stopping = asyncio.Event()
        self._sessions: dict[asyncio.Task[None], Session] = {}

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        tasks = [asyncio.create_task(work()) for work in (self._announce, self._take_offers)]
        await self._stopping.wait()
        for task in tasks:
            task.cancel()
        await self._farewell()

    async def _announce(self) -> None:
        while True:
            await asyncio.to_thread(presence.announce, presence.RECORDER)
            await asyncio.sleep(presence.INTERVAL)

    async def _take_offers(self) -> None:
        async with redis.asyncio.Redis.from_url(settings.BROKER_URL, socket_timeout=5) as client:
            while True:
                try:
                    await self._take_offer(client)
                except redis.RedisError as error:
                    logger.warning("Offers wait for Redis: %s", error)
                    await asyncio.sleep(1)

    async def _take_offer(self, client: redis.asyncio.Redis[bytes]) -> None:
        if len(self._sessions) >= MOST:
            await asyncio.sleep(0.5)
        elif offer := await offers.next_offer(client):
            session = Session()
            task = asyncio.create_task(self._serve(client, offer, session))
            self._sessions[task] = session
            task.add_done_callback(self._forget)

    async def _serve(self, client: redis.asyncio.Redis[bytes], offer: Offer, session: Session) -> None:
        try:
            answer = {"sdp": await session.answer(uuid.UUID(offer.transcript_id), offer.sdp)}
        except Refused as refusal:
            await offers.reply(client, offer, {"refused": str(refusal), "status": refusal.status})
            return
        except (DatabaseError, InterfaceError) as error:
            logger.warning("An offer could not be taken: %s", error)
            await offers.reply(client, offer, {"refused": "The database does not answer. Try again.", "status": 503})
            return
        await offers.reply(client, offer, answer)
        await session.serve()

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._sessions[task]
        if not task.cancelled() and (error := task.exception()):
            logger.error("A session failed.", exc_info=error)

    async def _farewell(self) -> None:
        for session in self._sessions.values():
            session.leave()
        if self._sessions:
            await asyncio.wait(self._sessions, timeout=_FAREWELL)
