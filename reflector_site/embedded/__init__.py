"""Real PostgreSQL and Redis for a checkout that was given neither DATABASE_URL nor REDIS_URL.

The data lies in `postgres/` and `redis/` under the data directory (REFLECTOR_VAR, by default `var/`), and one instance
serves every process that uses this directory. `ensure()` starts what is missing and `stop()`, which also runs when the
process exits, stops it after the last user. Three kinds of lock under `locks/` carry this, all of them kernel locks
that end with their holder however it dies:

- `start`: held while servers are started or stopped, so that this happens once at a time;
- `users`: shared by every process that called `ensure()`; who gets it alone is the last one;
- `postgres`, `redis`: inherited by the server itself; while somebody holds it, that server lives (see server.py).

Servers that were left behind by killed users stay usable: the next `ensure()` adopts them.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from reflector_site import env
from reflector_site.embedded.locks import Lock
from reflector_site.embedded.places import EmbeddedError, Places
from reflector_site.embedded.postgres import Postgres
from reflector_site.embedded.redis import Redis
from reflector_site.embedded.server import Server

__all__ = ["Addresses", "EmbeddedError", "Status", "addresses", "alive", "ensure", "status", "stop", "var_dir"]

#: Longest wait for another process that starts or stops the servers; a first start takes about a second.
START_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where PostgreSQL and Redis are, embedded or not."""

    database_url: str
    redis_url: str


@dataclass(frozen=True, slots=True)
class Status:
    """One embedded server, for `manage.py doctor` and alike."""

    name: str
    alive: bool
    pid: int | None
    directory: Path
    log: Path


@dataclass(frozen=True, slots=True)
class _Membership:
    lock: Lock
    pid: int  # a fork of the member is none: it shares the lock, and must not give it back


_members: dict[Path, _Membership] = {}
_thread_lock = threading.Lock()


def var_dir() -> Path:
    """The data directory of this instance, with symbolic links resolved."""
    return env.path(
        "REFLECTOR_VAR", env.PROJECT_DIR / "var", help="Where data, logs and embedded servers live."
    ).resolve()


def addresses() -> Addresses:
    """The addresses that `ensure()` will give. Starts nothing: they follow from the data directory and the user."""
    places = Places.of(var_dir())
    return Addresses(
        database_url=env.raw("DATABASE_URL") or Postgres(places).address,
        redis_url=env.raw("REDIS_URL") or Redis(places).address,
    )


def ensure() -> Addresses:
    """Starts the embedded servers that do not run yet and keeps them until this process ends.

    Does nothing for a server whose address is set. Takes a few milliseconds when they run, about a second when they are
    made for the first time. Raises `EmbeddedError`.
    """
    servers = _servers()
    if servers:
        places = servers[0].places
        places.make()
        with _thread_lock, _start_lock(places):
            _join(places)
            for server in servers:
                server.ensure()
    return addresses()


def alive() -> bool:
    """Whether every embedded server lives. Costs microseconds; a server that hangs lives."""
    return all(server.is_alive() for server in _servers())


def status() -> list[Status]:
    """One entry per embedded server; empty where both addresses are set."""
    return [
        Status(
            name=server.name,
            alive=server.is_alive(),
            pid=server.main_pid(),
            directory=server.directory,
            log=server.log,
        )
        for server in _servers()
    ]


def stop(*, patience: float = 0.0) -> bool:
    """Lets go of the servers and stops them if no other process uses them; returns whether they are stopped.

    `patience`: seconds to wait for users that are just ending. Raises `EmbeddedError` if a server cannot be stopped.
    """
    servers = _servers()
    if not servers or not servers[0].places.locks.exists():
        return True
    places = servers[0].places
    with _thread_lock, _start_lock(places):
        _leave(places)
        with Lock(places.lock("users")) as users:
            if not users.take(patience=patience):
                return False
            for server in servers:
                server.stop()
            places.remove_run()
    return True


def _servers() -> list[Server]:
    """The servers that this instance embeds."""
    places = Places.of(var_dir())
    servers: list[Server] = []
    if not env.raw("DATABASE_URL"):
        servers.append(Postgres(places))
    if not env.raw("REDIS_URL"):
        servers.append(Redis(places))
    return servers


def _start_lock(places: Places) -> Lock:
    lock = Lock(places.lock("start"))
    if lock.take(patience=START_PATIENCE):
        return lock
    lock.close()
    raise EmbeddedError(
        f"Another process has been starting or stopping the servers under {places.var} for {START_PATIENCE:.0f} s; "
        f"end the process that holds {lock.path} and try again."
    )


def _join(places: Places) -> None:
    member = _members.get(places.var)
    if member and member.lock.is_current():
        return
    lock = Lock(places.lock("users"))
    lock.take(shared=True)  # never waits: it is taken alone only under the start lock, which we hold
    if not _members:
        atexit.register(_stop_at_exit)
    _members[places.var] = _Membership(lock, os.getpid())


def _leave(places: Places) -> None:
    if member := _members.pop(places.var, None):
        member.lock.close()


def _stop_at_exit() -> None:
    """Leaves every instance that this process uses; more than one only where a test changed REFLECTOR_VAR."""
    for var, member in list(_members.items()):
        if member.pid == os.getpid():
            os.environ["REFLECTOR_VAR"] = str(var)
            try:
                stop()
            except EmbeddedError as problem:  # the exit is too late for anything but words
                sys.stderr.write(f"{problem}\n")
