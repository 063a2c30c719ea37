"""What a crash leaves is put right by `recover`, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from consent import vault
from consent.models import AudioKind
from tests.transcripts.pipeline.conftest import Diary, do, let_lapse, make_due, part_of, states, status_of, take
from transcripts.enums import PartState, RunState
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import ledger, plans, runs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent")]

Begin = Callable[..., Run]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


def test_a_lapsed_lease_goes_back(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    let_lapse(take(run, "a"))
    assert ledger.recover() == 1
    part = part_of(run, "a")
    assert (part.state, part.lease_until, part.rung_at) == (PartState.READY, None, None)
    assert part.error == "The worker stopped in the middle of this step."
    make_due(run)
    do(run, "a")
    assert diary.names == ["a"]


def test_a_lease_that_runs_stays(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=2))
    let_lapse(take(run, "a", 0))
    alive = take(run, "a", 1)
    assert ledger.recover() == 1
    ledger.finish(alive, {})


def test_what_is_ready_or_done_stays(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    do(run, "a")
    assert ledger.recover() == 0
    assert states(run) == {"a": "done", "b": "open"}


def test_twice_is_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    let_lapse(take(run, "a"))
    assert [ledger.recover(), ledger.recover()] == [1, 0]
    assert part_of(run, "a").attempt == 1


def test_a_lease_renewed_at_the_last_moment_stays(begin: Begin, diary: Diary) -> None:
    """It had lapsed when the list was made, and not any more when its turn came."""
    run = begin(diary.step("a"))
    claim = take(run, "a")
    let_lapse(claim)
    Part.objects.filter(pk=claim.part_id).update(lease_until=timezone.now() + timedelta(seconds=20))
    assert not ledger._put_back(claim.part_id)
    ledger.finish(claim, {})


def test_a_part_that_kills_its_workers_fails_in_the_end(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", attempts=3))
    for _ in range(3):
        make_due(run)
        let_lapse(take(run, "a"))
        ledger.recover()
    part = part_of(run, "a")
    assert (part.state, part.attempt) == (PartState.FAILED, 3)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert status_of(run) == ("error", "The worker stopped in the middle of this step.")


def test_an_optional_step_that_kills_its_workers_is_skipped(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", optional=True, attempts=1), diary.step("b", "a"))
    let_lapse(take(run, "a"))
    ledger.recover()
    assert states(run) == {"a": "skipped", "b": "open"}


def test_audio_of_a_dead_attempt_is_erased(
    begin: Begin,
    diary: Diary,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    vault.store(
        iter([b"half"]),
        kind=AudioKind.ENGINE,
        transcript_id=run.transcript_id,
        extension="wav",
        media_type="audio/wav",
        origin=claim.origin,
    )
    let_lapse(claim)
    assert len(stored_files()) == 1
    with django_capture_on_commit_callbacks(execute=True):
        ledger.recover()
    assert stored_files() == []


def test_a_run_that_cannot_go_on_does_not_hold_up_the_others(
    begin: Begin, diary: Diary, new_transcript: Callable[..., Transcript]
) -> None:
    broken = begin(diary.step("a"))
    with transaction.atomic():
        healthy = runs._start(new_transcript(status="uploaded"), plans.PLANS["test"], again={"a"}, earlier=None)
    for run in (broken, healthy):
        let_lapse(take(run, "a"))
    Part.objects.filter(step__run=broken).update(max_attempts=1)
    Run.objects.filter(pk=broken.pk).update(plan="of another release")

    assert ledger.recover() == 1
    assert part_of(healthy, "a").state == PartState.READY
    assert ledger.cancel(broken)
    let_lapse(ledger.Claim(part_of(broken, "a").pk, broken.pk, 1))
    ledger.recover()
    broken.refresh_from_db()
    assert broken.state == RunState.CANCELLED


def test_a_database_that_is_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch, begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    let_lapse(take(run, "a"))

    def away(part_id: int) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(ledger, "_lock_run_of", away)
    with pytest.raises(OperationalError):
        ledger.recover()


def test_a_deleted_run_is_passed_over(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    let_lapse(claim)
    Transcript.objects.filter(pk=run.transcript_id).delete()
    assert ledger.recover() == 0
    assert not ledger._put_back(claim.part_id)
