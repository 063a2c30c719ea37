"""Warm engines: a model that took ten seconds to load serves the next shard as well."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec


@dataclass(frozen=True, slots=True)
class _Idle:
    process: EngineProcess
    since: float


class EnginePool:
    """Child processes by spec, for all threads of this process.

    At most `max_idle` of them wait for work, each for at most `idle_seconds`: a model holds memory that others need.
    """

    def __init__(self, *, max_idle: int = 2, idle_seconds: float = 60.0) -> None:
        self._max_idle = max_idle
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._idle: list[_Idle] = []  # longest idle first
        self._leased: set[EngineProcess] = set()
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    @contextmanager
    def engine(self, spec: EngineSpec) -> Iterator[EngineProcess]:
        """Lend a child for `spec`, a warm one where there is one. One that was killed or broke is not taken back."""
        process = self._take(spec) or EngineProcess(spec)
        with self._lock:
            self._leased.add(process)
        try:
            yield process
        finally:
            self._give_back(process)

    def close(self) -> None:
        """Kill all children, the busy ones too (their calls end with TryAgain). The pool can be used again."""
        with self._lock:
            idle, self._idle = self._idle, []
            busy = list(self._leased)
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        for process in busy:
            process.interrupt()  # the thread that waits for it still holds its pipes
        for each in idle:
            each.process.kill()

    def _take(self, spec: EngineSpec) -> EngineProcess | None:
        with self._lock:
            for idle in reversed(self._idle):
                if idle.process.spec == spec:
                    self._idle.remove(idle)
                    break
            else:
                return None
        if idle.process.usable:
            return idle.process
        idle.process.kill()
        return None

    def _give_back(self, process: EngineProcess) -> None:
        surplus: list[EngineProcess] = []
        with self._lock:
            self._leased.discard(process)
            if process.usable:
                self._idle.append(_Idle(process, time.monotonic()))
            else:
                surplus.append(process)
            while len(self._idle) > self._max_idle:
                surplus.append(self._idle.pop(0).process)
            self._arm_timer()
        for each in surplus:
            each.kill()

    def _arm_timer(self) -> None:
        if self._timer is not None or not self._idle:
            return
        wait = max(0.0, self._idle[0].since + self._idle_seconds - time.monotonic())
        self._timer = threading.Timer(wait, self._close_stale)
        self._timer.daemon = True
        self._timer.start()

    def _close_stale(self) -> None:
        with self._lock:
            self._timer = None
            limit = time.monotonic() - self._idle_seconds
            stale = [idle for idle in self._idle if idle.since <= limit]
            self._idle = [idle for idle in self._idle if idle.since > limit]
            self._arm_timer()
        for idle in stale:
            idle.process.kill()
