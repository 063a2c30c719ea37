"""The threads in which Django answers requests, kept for the next ones with their connections to the database.

Django takes a new thread for each request, and each would connect anew: PostgreSQL starts a process for it, which reads
its catalogues and the dictionaries of the search again. That took longer than most answers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

KEPT = 12  # idle threads; when more requests than that come at once, theirs end with them

_idle: list[ThreadPoolExecutor] = []


def keep_connections() -> None:
    """For the process that answers requests: others let their connections go when they have nothing to do."""
    connections.settings["default"]["CONN_MAX_AGE"] = None
    # One that a restart of PostgreSQL has ended is replaced unnoticed.
    connections.settings["default"]["CONN_HEALTH_CHECKS"] = True


@asynccontextmanager
async def kept_thread() -> AsyncIterator[None]:
    """Whatever Django does within runs in one thread, that of an earlier request where one is idle."""
    thread = _idle.pop() if _idle else ThreadPoolExecutor(1, thread_name_prefix="request")
    try:
        async with ThreadSensitiveContext(executor=thread):
            yield
    finally:
        # A view may still be at work there although its client has gone: the thread is idle when it is done with this.
        thread.submit(_let_go, thread)


def _let_go(thread: ThreadPoolExecutor) -> None:
    if len(_idle) < KEPT:
        _idle.append(thread)
    else:
        connections.close_all()
        thread.shutdown(wait=False)
