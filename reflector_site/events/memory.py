"""Giving memory back to the system when many watchers have left.

A connection is a handful of objects that hold each other, so only the collector frees them, and it waits long for that
in a process with as many objects as Django's. What it frees is scattered; where PYTHONMALLOC=malloc is set (web.py),
the C library can give whole pages back, else only what lies at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
from typing import Any

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
        give_back()


def give_back() -> None:
    """Takes milliseconds: what was there at the start is not looked at (asgi.py)."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # a C library without it
        _trim(0)


def _trim(pad: int) -> Any:
    """https://man7.org/linux/man-pages/man3/malloc_trim.3.html"""
    return ctypes.CDLL(None).malloc_trim(pad)
