"""Django's database from coroutines: a few threads that keep their connections, whatever number of sockets there is.

What only asks the database has threads of its own: those who wait at the door, perhaps for an issuer of tokens or for a
lock, must not keep others from their events.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
THREADS = 4
_READERS = ThreadPoolExecutor(THREADS, thread_name_prefix="events")
_DOOR = ThreadPoolExecutor(THREADS, thread_name_prefix="events-door")


async def in_thread(work: Callable[..., T], *arguments: object) -> T:
    """Run `work`, a few short queries. A connection that was lost in the meantime costs a second try."""
    return await asyncio.get_running_loop().run_in_executor(_READERS, _patiently, work, arguments)


async def at_the_door(work: Callable[..., T], *arguments: object) -> T:
    """As `in_thread`, for what may take its time: to find out who somebody is, or to do what they ask."""
    return await asyncio.get_running_loop().run_in_executor(_DOOR, _patiently, work, arguments)


def _patiently(work: Callable[..., T], arguments: tuple[object, ...]) -> T:
    try:
        return work(*arguments)
    except (OperationalError, InterfaceError):
        connection.close()  # the server was restarted, or is away
    try:
        return work(*arguments)
    except (OperationalError, InterfaceError):
        connection.close()
        raise
