"""Kernel locks on files (`flock`): they end with the last process that holds them, whatever ends it."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

#: Seconds between two tries while waiting. flock() itself could wait, but not for a limited time.
_PAUSE = 0.01


class Lock:
    """One open lock file. Closing it gives the lock back, unless a process that inherited it is still there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False, patience: float = 0.0) -> bool:
        """Takes the lock, alone or shared, waiting for at most `patience` seconds; returns whether it was had."""
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(self._handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(_PAUSE)
            else:
                return True

    def is_current(self) -> bool:
        """Whether the path still leads to this file: false once somebody has deleted the data directory."""
        try:
            return os.path.samestat(os.fstat(self._handle), self.path.stat())
        except FileNotFoundError:
            return False

    def fileno(self) -> int:
        """The descriptor, to be inherited by a process that shall hold the lock from now on."""
        return self._handle

    def close(self) -> None:
        """Gives the lock back. May be called twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock at `path` alone. Looking does not disturb: two can look at once."""
    if not path.exists():
        return False
    with Lock(path) as lock:
        return not lock.take(shared=True)
