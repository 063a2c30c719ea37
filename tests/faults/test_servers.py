"""Redis emptied, PostgreSQL killed, everything killed: the work goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
import redis

from tests.faults.conftest import ENGINES, assert_complete, upload, wait_for_end
from tests.stack import Stack, running, server_processes, until


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack of its own, since its servers are killed."""
    with running(tmp_path / "var", {**ENGINES, "FIXED_COST": "0.05", "FIXED_COST_SHARD": "10"}) as stack:
        stack.web()
        stack.scheduler()
        yield stack


def transcribing(stack: Stack) -> bool:
    return bool(
        stack.rows(
            "select 1 from transcripts_part part join transcripts_step step on step.id = part.step_id"
            " where step.name = 'transcribe' and part.state = 'running'"
        )
    )


def test_flushall_during_a_run(own_stack: Stack) -> None:
    own_stack.worker()
    with own_stack.client() as client:
        transcript = upload(client)
        until(lambda: transcribing(own_stack), what="transcription")
        bell = redis.Redis.from_url(own_stack.addresses["redis_url"])
        for _ in range(5):
            bell.flushall()
        assert wait_for_end(client, transcript)["status"] == "ended"
        assert_complete(own_stack, client, transcript)


def test_flushall_before_anybody_heard_the_bell(own_stack: Stack) -> None:
    with own_stack.client() as client:
        transcript = upload(client)
        redis.Redis.from_url(own_stack.addresses["redis_url"]).flushall()
        own_stack.worker()
        assert wait_for_end(client, transcript)["status"] == "ended"
        assert_complete(own_stack, client, transcript)


def test_postgresql_killed_during_a_run(own_stack: Stack) -> None:
    own_stack.worker()
    with own_stack.client() as client:
        transcript = upload(client)
        until(lambda: transcribing(own_stack), what="transcription")
        for process in server_processes(own_stack, "postgres"):
            process.send_signal(signal.SIGKILL)
        until(own_stack.healthy, what="PostgreSQL to be back")
        assert wait_for_end(client, transcript)["status"] == "ended"
        assert_complete(own_stack, client, transcript)


def test_everything_killed_then_started_again(tmp_path: Path) -> None:
    """`manage.py serve` is what `make run` runs: killed with all that it started, it finds everything again."""
    stack = Stack(tmp_path / "var", **{**ENGINES, "FIXED_COST": "0.05", "FIXED_COST_SHARD": "10"})
    first = stack.spawn("manage.py", "serve", log="serve")
    until(stack.healthy, seconds=60, what="the site")
    with stack.client() as client:
        transcript = upload(client)
        until(
            lambda: client.get(f"/v1/transcripts/{transcript}").json()["run"]["percent"] > 10, what="the run to go on"
        )
    everybody = [process for process in psutil.process_iter(["environ"]) if belongs(process, stack)]
    everybody += server_processes(stack, "postgres") + server_processes(stack, "redis")
    for process in everybody:
        if process.is_running():
            process.send_signal(signal.SIGKILL)
    first.wait()

    second = stack.spawn("manage.py", "serve", log="serve")
    until(stack.healthy, seconds=60, what="the site to be back")
    with stack.client() as client:
        assert wait_for_end(client, transcript)["status"] == "ended"
        assert_nothing_lost(client, transcript)
    os.kill(second.pid, signal.SIGINT)
    assert second.wait(30) == 0
    assert [process for process in psutil.process_iter(["environ"]) if belongs(process, stack)] == []
    assert server_processes(stack, "postgres") + server_processes(stack, "redis") == []


def assert_nothing_lost(client: httpx.Client, transcript: str) -> None:
    found = client.get(f"/v1/transcripts/{transcript}", params={"transcript_format": "json"}).json()
    assert found["title"]
    assert found["transcript"]


def belongs(process: psutil.Process, stack: Stack) -> bool:
    environment = process.info["environ"] or {}
    return environment.get("REFLECTOR_VAR") == str(stack.var) and process.pid != os.getpid()
