"""Threads with a database connection each, and a way to see that one of them waits for a lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from tests.stack import until
from tests.transcripts.pipeline.conftest import Diary, begin, diary, use_plan

__all__ = ["Diary", "begin", "diary", "use_plan"]


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


def start(pool: ThreadPoolExecutor, verb: Callable[[], object]) -> Future[object]:
    def closing() -> object:
        try:
            return verb()
        finally:
            connection.close()

    return pool.submit(closing)


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Do them at the same moment, a thread each. What each returned, or the exception that it raised."""
    barrier = threading.Barrier(len(verbs))

    def after_the_others(verb: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            connection.ensure_connection()
            barrier.wait(10)
            return verb()

        return run

    with ThreadPoolExecutor(len(verbs)) as pool:
        futures = [start(pool, after_the_others(verb)) for verb in verbs]
    return [future.exception() or future.result() for future in futures]


def somebody_waits() -> bool:
    """Whether a connection of this database waits for a lock that another holds."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        found = cursor.fetchone()
    assert found is not None
    return bool(found[0])


def until_somebody_waits() -> None:
    until(somebody_waits, seconds=10, what="a thread to wait for a lock")
