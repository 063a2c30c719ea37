"""Django's database from coroutines: a few threads that keep their connections, whatever number of sockets there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
THREADS = 4
_POOL = ThreadPoolExecutor(THREADS, thread_name_prefix="events")


async def in_thread(work: Callable[..., T], *arguments: object) -> T:
    """Run `work` in one of the threads. A connection that was lost in the meantime costs a second try."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _patiently, work, arguments)


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
