"""The bell over a real Redis: what is lost is rung again, as often as needed and not more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import dramatiq
import pytest
import redis
from django.utils import timezone
from dramatiq.brokers.redis import RedisBroker

from tests.transcripts.pipeline.conftest import Diary, fail, make_due, part_of, parts_of, take
from transcripts import actors  # noqa: F401 -- importing declares the actor
from transcripts.enums import Lane
from transcripts.models import Part, Run
from transcripts.pipeline import bell, ledger

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]
Commit = Callable[..., Any]


@pytest.fixture(autouse=True)
def queue() -> redis.Redis:
    """The broker's Redis, emptied."""
    client: redis.Redis = broker().client
    client.flushall()
    return client


def broker() -> RedisBroker:
    return cast(RedisBroker, dramatiq.get_broker())


def rung(lane: Lane = Lane.SHORT) -> list[int]:
    """The parts for which a message waits in a lane, in order."""
    client = broker().client
    messages = [client.hget(f"dramatiq:{lane}.msgs", key) for key in client.lrange(f"dramatiq:{lane}", 0, -1)]
    return [dramatiq.Message.decode(message).kwargs["part_id"] for message in messages]


def pass_time(run: Run) -> None:
    """Nobody has answered the bell for a while."""
    long_ago = timezone.now() - 2 * bell.FORGOTTEN_AFTER
    Part.objects.filter(step__run=run, rung_at__isnull=False).update(rung_at=long_ago)


def test_it_rings_when_the_transaction_commits_and_not_before(
    begin: Begin, diary: Diary, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run = begin(diary.step("a", parts=2))
        assert rung() == []
        assert part_of(run, "a").rung_at is None
    assert rung() == [part.pk for part in parts_of(run, "a")]
    assert part_of(run, "a").rung_at is not None


def test_each_lane_has_a_queue(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=2))
    Part.objects.filter(pk=part_of(run, "a", 1).pk).update(lane=Lane.LONG)
    bell.ring_forgotten()
    assert rung(Lane.SHORT) == [part_of(run, "a", 0).pk]
    assert rung(Lane.LONG) == [part_of(run, "a", 1).pk]


def test_what_was_never_rung_is(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    bell.ring_forgotten()
    assert rung() == [part_of(run, "a").pk]


def test_what_has_just_been_rung_is_not(begin: Begin, diary: Diary, queue: redis.Redis) -> None:
    begin(diary.step("a"))
    bell.ring_forgotten()
    queue.flushall()
    bell.ring_forgotten()
    assert rung() == []


def test_what_was_lost_is_rung_after_a_while(begin: Begin, diary: Diary, queue: redis.Redis) -> None:
    run = begin(diary.step("a"))
    bell.ring_forgotten()
    queue.flushall()
    pass_time(run)
    bell.ring_forgotten()
    assert rung() == [part_of(run, "a").pk]


def test_what_waits_in_the_queue_is_not_rung_twice(begin: Begin, diary: Diary) -> None:
    """All workers are busy for an hour: the queue must not grow every five seconds."""
    run = begin(diary.step("a", parts=3))
    for _ in range(4):
        bell.ring_forgotten()
        pass_time(run)
    assert rung() == [part.pk for part in parts_of(run, "a")]


def test_only_as_many_are_rung_as_the_queue_is_short_of(begin: Begin, diary: Diary, queue: redis.Redis) -> None:
    run = begin(diary.step("a", parts=3))
    bell.ring_forgotten()
    queue.lpop("dramatiq:short", 2)
    pass_time(run)
    bell.ring_forgotten()
    assert len(rung()) == 3


def test_a_message_that_a_dead_or_busy_worker_has_fetched_does_not_count(
    begin: Begin, diary: Diary, queue: redis.Redis
) -> None:
    """A worker fetches ahead of what it works on. Others must not stand idle meanwhile."""
    run = begin(diary.step("a"))
    bell.ring_forgotten()
    fetched = broker().consume(Lane.SHORT, prefetch=8, timeout=100)
    assert next(fetched).kwargs == {"part_id": part_of(run, "a").pk}
    assert queue.hlen("dramatiq:short.msgs") == 1
    pass_time(run)
    bell.ring_forgotten()
    assert rung() == [part_of(run, "a").pk]


def test_what_is_not_due_is_not_rung(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    fail(run, "a", permanent=False)
    bell.ring_forgotten()
    assert rung() == []
    make_due(run)
    bell.ring_forgotten()
    assert rung() == [part_of(run, "a").pk]


def test_what_somebody_works_on_is_not_rung(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    take(run, "a")
    bell.ring_forgotten()
    assert rung() == []


def test_recover_rings(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    ledger.recover()
    assert rung() == [part_of(run, "a").pk]


def test_a_dead_redis_stops_nobody(
    begin: Begin, diary: Diary, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commit
) -> None:
    dead = RedisBroker(url="redis://127.0.0.1:1/0", middleware=[])
    dead.declare_actor(broker().get_actor(bell.ACTOR))
    monkeypatch.setattr(dramatiq, "get_broker", lambda: dead)
    with django_capture_on_commit_callbacks(execute=True):
        run = begin(diary.step("a"))
    bell.ring_forgotten()
    assert part_of(run, "a").rung_at is None
    monkeypatch.undo()
    bell.ring_forgotten()
    assert rung() == [part_of(run, "a").pk]
