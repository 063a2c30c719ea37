"""The heartbeat: leases stay alive, progress is written, stop signals arrive, and it never dies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.utils import timezone

from tests.stack import until
from tests.transcripts.pipeline.conftest import Diary, let_lapse, make_due, part_of, step_of, take
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import heart, ledger, progress
from transcripts.pipeline.failures import Cancelled, Interrupted, Lost
from transcripts.pipeline.heart import Heart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fast")]

Begin = Callable[..., Run]


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    monkeypatch.setattr(heart, "LOOK", 0.02)
    monkeypatch.setattr(progress, "FRESH", timedelta(seconds=0.02))
    settings.LEASE_SECONDS = 1


@pytest.fixture
def beating() -> Iterator[Heart]:
    """A heart whose thread has put its database connection away before the tables are emptied."""
    found = Heart()
    yield found
    found._beats.clear()
    time.sleep(0.1)


def test_a_lease_lives_as_long_as_the_work(begin: Begin, diary: Diary, beating: Heart) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    let_lapse(claim)
    with beating.beating(claim):
        until(lambda: (part_of(run, "a").lease_until or timezone.now()) > timezone.now(), what="a renewal")
        first = part_of(run, "a").lease_until
        assert first is not None
        until(lambda: (part_of(run, "a").lease_until or first) > first, what="the next renewal")
    left = part_of(run, "a").lease_until
    time.sleep(0.5)
    assert part_of(run, "a").lease_until == left


def test_progress_message_and_percent_are_written(begin: Begin, diary: Diary, beating: Heart) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    claim = take(run, "a")
    with beating.beating(claim) as pulse:
        pulse.progress, pulse.message = 0.5, "Fetching the model" + "!" * 400
        until(lambda: part_of(run, "a").progress == 0.5, what="the progress")
        until(lambda: Run.objects.get(pk=run.pk).percent > 0, what="the percentage")
        until(lambda: step_of(run, "a").message.startswith("Fetching the model"), what="the message")
    assert len(step_of(run, "a").message) == 300


@pytest.mark.parametrize("why", ["cancelled", "lapsed", "taken", "deleted", "another part failed"])
def test_it_tells_a_worker_to_stop(begin: Begin, diary: Diary, beating: Heart, why: str) -> None:
    run = begin(diary.step("a", parts=2), diary.step("b"))
    claim = take(run, "a")
    with beating.beating(claim) as pulse:
        match why:
            case "cancelled":
                ledger.cancel(run)
            case "lapsed":
                _put_back(claim)
            case "taken":
                _put_back(claim)
                make_due(run)
                take(run, "a", worker="other:1")
            case "deleted":
                Transcript.objects.filter(pk=run.transcript_id).delete()
            case _:
                ledger.fail(take(run, "a", 1), "No model.", permanent=True)
        until(lambda: pulse.stop, seconds=5, what="the signal")
        assert pulse.stop is (Cancelled if why == "cancelled" else Lost)


def _put_back(claim: ledger.Claim) -> None:
    """As `recover` does, without the race against the heart that has just renewed the lease."""
    part = Part.objects.filter(pk=claim.part_id)
    part.update(state="ready", lease_until=None)


def test_two_attempts_at_one_part_have_a_beat_each(begin: Begin, diary: Diary, beating: Heart) -> None:
    """A worker may get the part again that it has lost, while its first attempt is not out of a long call yet."""
    run = begin(diary.step("a"))
    first = take(run, "a")
    with beating.beating(first) as old:
        _put_back(first)
        second = take(run, "a")
        with beating.beating(second) as new:
            until(lambda: old.stop, what="the end of the first attempt")
            assert new.stop is None
    with beating.beating(second) as new:
        with beating.beating(first):
            pass
        let_lapse(second)
        until(lambda: (part_of(run, "a").lease_until or timezone.now()) > timezone.now(), what="a renewal")


def test_a_shutdown_interrupts_what_works_and_what_begins(begin: Begin, diary: Diary, beating: Heart) -> None:
    run = begin(diary.step("a", parts=2))
    with beating.beating(take(run, "a", 0)) as works:
        beating.interrupt()
        assert works.stop is Interrupted
        with beating.beating(take(run, "a", 1)) as begins:
            assert begins.stop is Interrupted


@pytest.mark.parametrize("error", [OperationalError("away"), KeyError("a step of another release")])
def test_nothing_stops_it(
    begin: Begin, diary: Diary, beating: Heart, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    failed = []

    def fails(beats: object) -> None:
        failed.append(beats)
        monkeypatch.undo()
        raise error

    monkeypatch.setattr(heart, "LOOK", 0.02)
    with beating.beating(claim):
        monkeypatch.setattr(heart, "_renew", fails)
        until(lambda: failed, what="the failure")
        let_lapse(claim)
        until(lambda: (part_of(run, "a").lease_until or timezone.now()) > timezone.now(), what="a renewal")


def test_an_idle_heart_holds_no_connection(begin: Begin, diary: Diary, beating: Heart) -> None:
    run = begin(diary.step("a"))
    with beating.beating(take(run, "a")) as pulse:
        pulse.progress = 0.5
        until(lambda: part_of(run, "a").progress == 0.5, what="the progress")
        before = connections()
    until(lambda: connections() == before - 1, seconds=5, what="the connection to be closed")


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where datname = current_database()")
        found = cursor.fetchone()
    assert found is not None
    return int(found[0])
