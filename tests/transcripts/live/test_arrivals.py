"""Packets in the order in which they were spoken, whatever the network does to them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.live import ogg
from transcripts.live.arrivals import PATIENCE, Arrival, Arrivals


def packet(number: int, *, at: float | None = None, source: int = 1, late: int = 0, first: int = 0) -> Arrival:
    """The packet of 20 ms that was sent as `number`, which is written into it. It arrives `late` packets late."""
    payload = b"\x78" + number.to_bytes(4, "big")
    arrived = 0.02 * (number + late) if at is None else at
    timestamp = (first + number * 960) % (1 << 32)
    return Arrival(source, (65_500 + number) % (1 << 16), timestamp, payload, arrived)


def numbers(taken: list[bytes]) -> list[int | None]:
    """What was written into the packets; None for silence."""
    return [None if each == ogg.SILENCE else int.from_bytes(each[1:], "big") for each in taken]


def test_nothing_is_lost_where_counters_begin_again() -> None:
    arrivals = Arrivals()
    for number in range(200):
        arrivals.add(packet(number, first=(1 << 32) - 960 * 100))
    assert numbers(arrivals.take()) == list(range(200))


def test_what_may_still_be_overtaken_waits() -> None:
    arrivals = Arrivals()
    for number in range(100):
        arrivals.add(packet(number))
    now = 0.02 * 99
    taken = numbers(arrivals.take(now))
    assert len(taken) == pytest.approx(100 - PATIENCE / 0.02, abs=1)
    assert taken + numbers(arrivals.take()) == list(range(100))


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(0, 2**32))
def test_disorder_and_doubles_are_put_right(lost: list[int], seed: int) -> None:
    chance = random.Random(seed)
    sent = [number for number in range(60) if number not in lost]
    twice = [number for number in sent for _ in range(chance.choice([1, 1, 2]))]
    arrived = [packet(number, late=chance.choice([0, 0, 0, 3])) for number in twice]
    arrivals = Arrivals()
    taken: list[bytes] = []
    for each in sorted(arrived, key=lambda one: one.at):
        arrivals.add(each)
        taken += arrivals.take(each.at)
    span = range(sent[0], sent[-1] + 1) if sent else range(0)
    assert numbers(taken + arrivals.take()) == [number if number in sent else None for number in span]


def test_what_was_not_sent_is_silence() -> None:
    """A sender that hears nothing sends now and then only (DTX): times go on, numbers do not show a loss."""
    arrivals = Arrivals()
    for number, sent_as in enumerate([0, 1, 2, 22, 42, 43]):
        arrivals.add(Arrival(1, number, sent_as * 960, packet(sent_as).payload, 0.02 * sent_as))
    silence = [None] * 19
    assert numbers(arrivals.take()) == [0, 1, 2, *silence, 22, *silence, 42, 43]


def test_a_sender_cannot_claim_more_silence_than_there_was() -> None:
    arrivals = Arrivals()
    arrivals.add(Arrival(1, 0, 0, packet(0).payload, 0.0))
    arrivals.add(Arrival(1, 1, 1 << 30, packet(1).payload, 2.0))
    assert len(arrivals.take()) == 2 + 3 * 50  # two seconds, and the one by which its clock may be ahead


def test_the_time_in_which_nobody_was_connected_is_silence() -> None:
    arrivals = Arrivals(last_at=100.0)
    arrivals.add(packet(0, at=104.0))
    arrivals.add(packet(1, at=104.02))
    assert numbers(arrivals.take()) == [*[None] * 200, 0, 1]


def test_another_source_goes_on_where_the_first_ended() -> None:
    arrivals = Arrivals()
    for number in range(10):
        arrivals.add(packet(number))
    for number in range(10):
        arrivals.add(packet(number, source=2, at=0.2 + 0.02 * number, first=123_456))
    found = numbers(arrivals.take())
    assert [number for number in found if number is not None] == [*range(10), *range(10)]
    assert found.count(None) <= 1


def test_what_is_no_opus_is_not_taken() -> None:
    arrivals = Arrivals()
    assert not arrivals.add(Arrival(1, 0, 0, b"", 0.0))
    assert not arrivals.add(Arrival(1, 1, 960, b"\x03", 0.02))
    assert arrivals.take() == []
