"""After a crowd of watchers has left, the process gives memory back, once."""

from __future__ import annotations

import asyncio
import gc

import pytest

from reflector_site.events import memory
from reflector_site.events.memory import Crowd


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


class Knot:
    """Holds itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_holds_itself_is_freed() -> None:
    gc.collect()
    for _ in range(100):
        Knot()
    memory.give_back()
    assert not [found for found in gc.get_objects() if isinstance(found, Knot)]
