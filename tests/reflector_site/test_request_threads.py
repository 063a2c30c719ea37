"""Requests are answered in threads that are kept, with their connections to the database."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from reflector_site import request_threads
from reflector_site.bodies import BoundedBodies
from reflector_site.request_threads import keep_connections, kept_thread


@pytest.fixture(autouse=True)
def no_thread_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads of one test are of that test; their connections would keep the database of the tests in use."""
    for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS"):
        monkeypatch.setitem(connections.settings["default"], name, connections.settings["default"][name])
    keep_connections()
    _end_threads()
    yield
    _end_threads()


def _end_threads() -> None:
    while request_threads._idle:
        thread = request_threads._idle.pop()
        thread.submit(connections.close_all).result(10)
        thread.shutdown()


async def thread_of_a_request() -> int:
    async with kept_thread():
        first = await sync_to_async(threading.get_ident)()
        assert await sync_to_async(threading.get_ident)() == first
    await asyncio.sleep(0.05)  # it is idle as soon as it has nothing to do
    return first


async def test_the_next_request_has_the_thread_of_the_one_before() -> None:
    assert await thread_of_a_request() == await thread_of_a_request()


async def test_requests_at_the_same_time_have_threads_of_their_own() -> None:
    async with kept_thread():
        first = await sync_to_async(threading.get_ident)()
        assert await thread_of_a_request() != first


async def test_a_thread_that_is_still_at_work_is_given_to_nobody() -> None:
    over = threading.Event()
    async with kept_thread():
        first = await sync_to_async(threading.get_ident)()
        work = asyncio.ensure_future(sync_to_async(over.wait)(10))
        await asyncio.sleep(0.05)
    assert await thread_of_a_request() != first
    over.set()
    await work


async def test_no_more_threads_are_kept_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_threads, "KEPT", 1)
    async with kept_thread():
        await sync_to_async(threading.get_ident)()
        await thread_of_a_request()
    await asyncio.sleep(0.05)
    assert len(request_threads._idle) == 1


def backends() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


def end(pids: set[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(pids)])


@pytest.mark.django_db(transaction=True)
async def test_a_connection_is_kept_and_one_that_was_ended_is_replaced() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(BoundedBodies()), base_url="http://localhost") as client:
        before = await sync_to_async(backends)()

        async def answered() -> set[int]:
            assert (await client.get("/health")).json() == {"status": "healthy"}
            await asyncio.sleep(0.05)
            return await sync_to_async(backends)() - before

        first = await answered()
        assert len(first) == 1
        assert await answered() == first
        await sync_to_async(end)(first)
        second = await answered()
        assert len(second) == 1
        assert second != first
