"""What the embedded servers have in common: how one is found, started, adopted and stopped.

A server inherits the descriptor of an exclusively locked file from whoever starts it, and so do all of its own
processes. That the lock is held therefore means that the server lives, and that it is free means that no process of it
is left: this holds after `kill -9`, with stale or missing pid files, with reused pids and across containers. Pid files
only tell whom to signal, and a process is signalled only if its name and its working directory, or its sockets, are
those of this very server.
"""

from __future__ import annotations

import enum
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import psutil

from reflector_site.embedded.locks import Lock, is_held
from reflector_site.embedded.places import EmbeddedError, Places

#: Seconds for a living server to answer before it counts as hung. One that says it is still starting gets more.
ANSWER_PATIENCE = 20.0
RECOVERY_PATIENCE = 600.0
STOP_PATIENCE = 20.0
KILL_PATIENCE = 5.0
_PAUSE = 0.02
_LOG_LIMIT = 10_000_000


class Answer(enum.Enum):
    """What a server says when it is asked whether it serves."""

    READY = "ready"
    STARTING = "starting"
    NONE = "none"


class Server(ABC):
    """One embedded server of one instance. All but the looking is done under the instance's start lock."""

    name: ClassVar[str]
    setting: ClassVar[str]  # the one that names a server elsewhere
    process_names: ClassVar[frozenset[str]]
    polite_signal: ClassVar[signal.Signals]

    def __init__(self, places: Places, key: str) -> None:
        """`key` names its directory, its log and its lock."""
        self.places = places
        self.directory = places.var / key
        self.half_made = places.var / f"{key}.new"  # data that is still being made
        self.log = places.var / "log" / f"{key}.log"
        self._alive_lock = places.lock(key)

    @property
    @abstractmethod
    def address(self) -> str:
        """The URL under which clients reach it."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Its first line is the pid of the main process."""

    @abstractmethod
    def ask(self) -> Answer:
        """Whether it serves; answers within a few seconds."""

    @abstractmethod
    def launch(self, lock: Lock) -> None:
        """Makes what it needs, removes what a dead one left in the way, and starts it detached, inheriting `lock`."""

    def is_alive(self) -> bool:
        """Whether any process of it is left. Costs microseconds."""
        return is_held(self._alive_lock)

    def ensure(self) -> None:
        """Makes it run and answer."""
        if self.is_alive() and self._becomes_ready():
            return
        self.stop()
        self._shorten_log()
        with Lock(self._alive_lock) as lock:
            lock.take(patience=1.0)  # free since stop(); somebody may be looking at it
            self.launch(lock)
        if not self._becomes_ready():
            raise self.error(f"{self.name} did not start")

    def stop(self) -> None:
        """Ends every process of it: politely, then not. Does nothing where none is left."""
        if main := self.main_process():
            self._signal([main], self.polite_signal)
            if self._ends_within(STOP_PATIENCE):
                return
        # Without a main process the others are orphans, of a main process that was killed or of a deleted directory.
        self._signal(self._processes(), signal.SIGKILL)
        if not self._ends_within(KILL_PATIENCE):
            raise EmbeddedError(
                f"{self.directory} is in use by a {self.name} that cannot be seen from here, perhaps one in another "
                f"container; stop it, or set {self.setting} to a server that both can use."
            )

    def main_pid(self) -> int | None:
        """The pid of the main process while it lives."""
        main = self.main_process()
        return main.pid if main else None

    def main_process(self) -> psutil.Process | None:
        """The process that the pid file names, if it is really ours."""
        try:
            pid = int(self.pid_file.read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        return process if self._is_ours(process) else None

    def run(self, command: Sequence[str], lock: Lock, **options: Any) -> None:
        """Runs a program of the server in the data directory, its output in the log and `lock` inherited."""
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "LC_ALL": "C",
                },  # no secrets, no PGPORT, English messages
                umask=0o077,
                start_new_session=True,  # a Ctrl-C in the terminal is not meant for the server
                pass_fds=[lock.fileno()],
                **{"cwd": self.directory, **options},
            )
        except (OSError, subprocess.CalledProcessError) as problem:
            raise self.error(f"{Path(command[0]).name} failed ({problem})") from problem
        finally:
            os.close(handle)

    def error(self, what: str) -> EmbeddedError:
        """An error with the end of the log, which is where the reason is."""
        lines = self.log.read_text(errors="replace").splitlines()[-5:] if self.log.exists() else []
        tail = "".join(f"\n  {line}" for line in lines)
        return EmbeddedError(f"{what}; read {self.log}, or set {self.setting} to a server that runs elsewhere.{tail}")

    def _becomes_ready(self) -> bool:
        started = time.monotonic()
        while True:
            answer = self.ask()
            if answer is Answer.READY:
                return True
            patience = RECOVERY_PATIENCE if answer is Answer.STARTING else ANSWER_PATIENCE
            if not self.is_alive() or time.monotonic() > started + patience:
                return False
            time.sleep(_PAUSE)

    def _ends_within(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while self.is_alive() or self._processes():
            if time.monotonic() > deadline:
                return False
            time.sleep(_PAUSE)
        return True

    def _processes(self) -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        """By name, and working directory or sockets: the directory may have been moved away under a living server."""
        try:
            return process.name() in self.process_names and (
                process.cwd() in (str(self.directory), str(self.half_made))
                or any(str(self.places.run) in part for part in process.cmdline())
            )
        except psutil.Error:
            return False

    def _signal(self, processes: Sequence[psutil.Process], number: signal.Signals) -> None:
        for process in processes:
            try:
                process.send_signal(number)
            except psutil.Error:
                continue  # it ended by itself, or _ends_within() will tell

    def _shorten_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
