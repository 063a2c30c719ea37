"""After a crowd of watchers has left, the process gives memory back, once."""

from __future__ import annotations

import asyncio
import gc
from socket import SHUT_RDWR

import pytest
from websockets.server import ServerProtocol

from reflector_site.events import memory
from reflector_site.events.direct import DirectSockets
from reflector_site.events.memory import Crowd
from tests.stack import until
from transcripts.models import Transcript

from .live import Site


@pytest.fixture
def tidied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often it was done."""
    done: list[int] = []
    monkeypatch.setattr(memory, "PAUSE", 0)
    monkeypatch.setattr(memory, "give_back", lambda: done.append(1))
    return done


async def test_half_of_a_crowd_has_left(tidied: list[int]) -> None:
    crowd = Crowd()
    for _ in range(memory.CROWD):
        crowd.came()
    for _ in range(memory.CROWD // 2):
        crowd.left()
    await asyncio.sleep(0.01)
    assert tidied == []
    for _ in range(memory.CROWD // 2):
        crowd.left()
    await asyncio.sleep(0.01)
    assert tidied == [1]


async def test_a_few_who_come_and_go_are_no_crowd(tidied: list[int]) -> None:
    crowd = Crowd()
    for _ in range(3 * memory.CROWD):
        crowd.came()
        crowd.left()
    await asyncio.sleep(0.01)
    assert tidied == []


def test_a_connection_is_freed_when_it_ends(site: Site, transcript: Transcript) -> None:
    """By counting references alone: the collector is off, and would come late to thousands of connections."""
    gc.collect()
    gc.disable()
    try:
        sockets = [site.watch(transcript) for _ in range(5)]
        assert len(connections()) == 10
        for socket in sockets[:2]:
            socket.connection.socket.shutdown(SHUT_RDWR)  # without a word
        for socket in sockets[2:]:
            socket.close()
        until(lambda: connections() == [], seconds=10, what="the connections to be freed")
    finally:
        gc.enable()


def connections() -> list[DirectSockets | ServerProtocol]:
    # Their types are asked, for weak references among them answer in the name of what may be gone.
    return [found for found in gc.get_objects() if issubclass(type(found), DirectSockets | ServerProtocol)]
