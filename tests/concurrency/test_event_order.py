"""The numbers of a stream are the order of commits, without a gap, however many write."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from reflector_site.events import log
from reflector_site.events.models import Event, Stream
from tests.concurrency.conftest import at_once, start, until_somebody_waits
from transcripts.events import FinalTitle

pytestmark = pytest.mark.django_db(transaction=True)

STREAM = "transcript:of-the-test"


def write(title: str, *, hold: Callable[[], object] = lambda: None) -> None:
    with transaction.atomic():
        log.append(STREAM, FinalTitle(title=title))
        hold()


def seen() -> list[int]:
    return list(Event.objects.filter(stream_id=STREAM).order_by("seq").values_list("seq", flat=True))


def test_eight_writers_leave_no_gap_for_anybody_to_see() -> None:
    over = threading.Event()

    def watch() -> list[list[int]]:
        looks = []
        while not over.is_set():
            looks.append(seen())
        return looks

    with ThreadPoolExecutor(1) as pool:
        watching = start(pool, watch)
        ends = at_once(*[lambda: [write("Weekly") for _ in range(10)]] * 8)
        over.set()
        looks = watching.result(10)
    assert not [end for end in ends if isinstance(end, BaseException)]
    assert seen() == list(range(1, 81))
    assert isinstance(looks, list)
    assert all(look == list(range(1, len(look) + 1)) for look in looks)


def later_commits_first() -> list[int]:
    """What somebody sees when a second writer commits, or tries to, while the first has not yet."""
    first_has_number, second_is_over = threading.Event(), threading.Event()

    def hold() -> None:
        first_has_number.set()
        assert second_is_over.wait(10)

    with ThreadPoolExecutor(2) as pool:
        first = start(pool, lambda: write("First", hold=hold))
        assert first_has_number.wait(10)
        second = start(pool, lambda: write("Second"))
        try:
            second.result(0.5)
        except TimeoutError:
            until_somebody_waits()
        look = seen()
        second_is_over.set()
        first.result(10)
        second.result(10)
    return look


def test_a_later_number_is_not_seen_before_an_earlier_one() -> None:
    write("So that the stream is there")
    assert later_commits_first() == [1]
    assert seen() == [1, 2, 3]


def test_canary_numbers_without_the_lock_show_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an auto-increment id would. If this fails, the tests above show nothing."""
    Stream.objects.create(key=STREAM)
    numbers = itertools.count(1)
    monkeypatch.setattr(log, "_next_seq", lambda key: next(numbers))
    assert later_commits_first() == [2]


def test_the_first_two_events_of_a_stream_may_come_at_once() -> None:
    assert at_once(*[lambda: write("Weekly")] * 4) == [None] * 4
    assert seen() == [1, 2, 3, 4]


def test_what_is_rolled_back_leaves_no_gap() -> None:
    write("One")
    with pytest.raises(ZeroDivisionError):
        write("Two", hold=lambda: 1 / 0)
    write("Two")
    assert seen() == [1, 2]
