"""Where batches of frames go: a socket directly, or whatever takes one after the other. None of them grows."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from .direct import DirectSockets
from .frames import Batch, Frame


class Outlet(Protocol):
    def write(self, batch: Batch) -> bool:
        """Take the batch. False when there is no room: then it was not taken, and has to come from the log later."""

    async def drained(self) -> None:
        """Wait until there is room."""

    def abort(self) -> None:
        """Give the peer up: it never reads."""


class DirectOutlet:
    """Writes to the connection; what waits is bounded by the transport's buffer."""

    def __init__(self, connection: DirectSockets) -> None:
        self._connection = connection

    def write(self, batch: Batch) -> bool:
        if not self._connection.has_room:
            return False
        self._connection.write(batch.wire)
        return True

    async def drained(self) -> None:
        await self._connection.drained()

    def abort(self) -> None:
        self._connection.abort()


class QueuedOutlet:
    """Holds frames until somebody takes them, by `next` or `async for`; once closed, it still gives what it has."""

    MOST = 64

    def __init__(self, on_abort: Callable[[], None] = lambda: None) -> None:
        self._frames: deque[Frame] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._on_abort = on_abort
        self._closed = False

    def write(self, batch: Batch) -> bool:
        if not self._room.is_set():
            return False
        if self._closed:
            return True  # as a connection does
        self._frames.extend(batch.frames)
        self._news.set()
        if len(self._frames) >= self.MOST:
            self._room.clear()
        return True

    async def drained(self) -> None:
        await self._room.wait()

    def abort(self) -> None:
        self.close()
        self._on_abort()

    def close(self) -> None:
        """End the iteration once all is taken."""
        self._closed = True
        self._news.set()

    async def next(self) -> Frame | None:
        """The next one; None when there will be no other."""
        while not self._frames:
            if self._closed:
                return None
            self._news.clear()
            await self._news.wait()
        frame = self._frames.popleft()
        if len(self._frames) < self.MOST // 2:
            self._room.set()
        return frame

    async def __aiter__(self) -> AsyncIterator[Frame]:
        while (frame := await self.next()) is not None:
            yield frame
