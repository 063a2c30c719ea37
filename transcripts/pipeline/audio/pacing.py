"""How often long work looks up: to ask whether it may go on, and to say how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable

_SECONDS = 0.25


class Pace:
    """Calls `checkpoint` at most four times a second, however often `tick` is called. What it raises passes through."""

    def __init__(self, checkpoint: Callable[[], None]) -> None:
        self._checkpoint = checkpoint
        self._next = 0.0

    def tick(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _SECONDS
            self._checkpoint()


class Meter:
    """Reports `progress(done, total)` in seconds at most four times a second, never backwards, and once at the end.

    Where no header tells the length, the share of the bytes read so far stands in for it.
    """

    def __init__(
        self, progress: Callable[[float, float], None], *, seconds: float | None, share_read: Callable[[], float]
    ) -> None:
        self._progress = progress
        self._total = seconds
        self._share_read = share_read
        self._done = 0.0
        self._pace = Pace(self._report)

    def at(self, seconds: float) -> None:
        self._done = max(self._done, seconds)
        self._pace.tick()

    def finish(self, seconds: float) -> None:
        self._progress(seconds, seconds)

    def _report(self) -> None:
        total = self._total or self._done / max(self._share_read(), 1e-6)
        self._progress(min(self._done, total), total)
