"""Giving memory back to the system when many watchers have left.

What a connection was made of is freed when it ends (direct.py takes apart what holds itself), but it lies scattered,
and the C library keeps it. Where PYTHONMALLOC=malloc is set (web.py) it can be told to give whole pages back.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes

#: So many watchers are a crowd.
CROWD = 500
#: Seconds from the moment when half of a crowd has left.
PAUSE = 1.0


class Crowd:
    """Counts those who watch, and tidies up after them. Belongs to one event loop."""

    def __init__(self) -> None:
        self._count = self._most = 0
        self._tidying: asyncio.TimerHandle | None = None

    def came(self) -> None:
        self._count += 1
        self._most = max(self._most, self._count)

    def left(self) -> None:
        self._count -= 1
        if self._most >= CROWD and self._count < self._most / 2 and self._tidying is None:
            self._tidying = asyncio.get_running_loop().call_later(PAUSE, self._tidy)

    def _tidy(self) -> None:
        self._tidying = None
        self._most = self._count
        asyncio.get_running_loop().run_in_executor(None, give_back)  # tens of milliseconds, without Python's lock


def give_back() -> None:
    """https://man7.org/linux/man-pages/man3/malloc_trim.3.html"""
    with contextlib.suppress(OSError, AttributeError):  # a C library without it
        ctypes.CDLL(None).malloc_trim(0)
