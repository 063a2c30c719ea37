"""What becomes of those who watch when everything around them goes and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.followers import follow_through_it_all
from tests.stack import Stack, running, until
from tests.viewers import connect

SOCKETS, EVENTS, PACE = 200, 1000, 80


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack of its own, since its servers are killed."""
    with running(tmp_path / "var") as stack:
        yield stack


def test_every_client_gets_every_event_once_and_in_order(own_stack: Stack) -> None:
    connections = follow_through_it_all(own_stack, sockets=SOCKETS, events=EVENTS, pace=PACE)
    assert connections > 3 * SOCKETS, "hardly a connection was cut"


def test_a_deleted_transcript_lets_all_go(own_stack: Stack) -> None:
    own_stack.web()

    async def watch(client: httpx.Client, transcript: str) -> int | None:
        path = f"/v1/transcripts/{transcript}/events?since=0"
        viewer = await connect(own_stack.port, path, {"X-API-Key": client.headers["X-API-Key"]})
        await asyncio.sleep(0.3)
        await asyncio.to_thread(client.delete, f"/v1/transcripts/{transcript}")
        await asyncio.wait_for(viewer.gone, 15)
        return viewer.close_code()

    with own_stack.client() as client:
        transcript = client.post("/v1/transcripts", json={"name": "live"}).json()["id"]
        assert asyncio.run(watch(client, transcript)) == 4404
        assert until(lambda: client.get("/health").status_code == 200)
