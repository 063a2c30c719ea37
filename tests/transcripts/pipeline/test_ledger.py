"""Claim, finish, fail, release, advance: one behaviour a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from consent import vault
from consent.models import AudioKind, AudioObject
from tests.transcripts.pipeline.conftest import (
    Diary,
    do,
    fail,
    let_lapse,
    make_due,
    part_of,
    parts_of,
    states,
    status_of,
    step_of,
    take,
)
from transcripts.enums import PartState, RunState, StepState, TranscriptStatus
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import ledger
from transcripts.pipeline.failures import Cancelled, Lost

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]


# --- claim


def test_claim_takes_a_ready_part_with_a_lease(begin: Begin, diary: Diary, settings: LazySettings) -> None:
    settings.LEASE_SECONDS = 20
    run = begin(diary.step("a"))
    before = timezone.now()

    claim = ledger.claim(part_of(run, "a").pk, worker="here:1")

    part = part_of(run, "a")
    assert claim == ledger.Claim(part_id=part.pk, run_id=run.pk, attempt=1)
    assert (part.state, part.attempt, part.worker) == (PartState.RUNNING, 1, "here:1")
    assert part.lease_until is not None
    assert timedelta(seconds=20) <= part.lease_until - before < timedelta(seconds=25)


def test_claim_gives_a_part_to_one_only(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    take(run, "a")
    assert ledger.claim(part_of(run, "a").pk, worker="other:1") is None
    assert part_of(run, "a").attempt == 1


def test_claim_of_what_is_done_is_ignored(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b"))
    do(run, "a")
    assert ledger.claim(part_of(run, "a").pk, worker="other:1") is None
    assert part_of(run, "a").state == PartState.DONE


def test_claim_of_a_part_that_never_was_is_ignored(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    assert ledger.claim(part_of(run, "a").pk + 1000, worker="other:1") is None


def test_claim_waits_until_a_part_is_due(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    fail(run, "a", permanent=False)
    part = part_of(run, "a")
    assert ledger.claim(part.pk, worker="other:1") is None
    make_due(run)
    assert ledger.claim(part.pk, worker="other:1") is not None


def test_the_first_claim_shows_that_processing_has_begun(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b"))
    assert status_of(run) == (TranscriptStatus.UPLOADED, "")
    take(run, "a")
    run.refresh_from_db()
    assert status_of(run) == (TranscriptStatus.PROCESSING, "")
    assert run.started_at is not None
    assert step_of(run, "a").started_at is not None
    assert step_of(run, "b").started_at is None


def test_a_second_claim_forgets_what_the_first_reported(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    Part.objects.filter(pk=claim.part_id).update(progress=0.7)
    ledger.fail(claim, "Try again.", permanent=False)
    make_due(run)
    take(run, "a")
    part = part_of(run, "a")
    assert (part.progress, part.error, part.attempt) == (0, "", 2)


# --- finish


def test_finish_saves_the_result_and_opens_what_needed_it(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"), diary.step("c", "b"))
    assert states(run) == {"a": "open", "b": "waiting", "c": "waiting"}

    do(run, "a", text="hello")

    assert diary.saved == [("a", [{"text": "hello"}])]
    assert states(run) == {"a": "done", "b": "open", "c": "waiting"}
    part = part_of(run, "a")
    assert (part.state, part.result, part.progress, part.lease_until) == ("done", {"text": "hello"}, 1, None)


def test_a_step_waits_for_all_that_it_needs(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b"), diary.step("c", "a", "b"))
    do(run, "b")
    assert states(run)["c"] == "waiting"
    do(run, "a")
    assert states(run)["c"] == "open"


def test_finish_of_the_last_step_ends_the_run(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    do(run, "a")
    do(run, "b")
    run.refresh_from_db()
    assert (run.state, run.percent, run.before) == (RunState.ENDED, 100, {})
    assert run.finished_at is not None
    assert status_of(run) == (TranscriptStatus.ENDED, "")


def test_a_sharded_step_is_saved_once_in_the_order_of_its_parts(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=3), diary.step("b", "a"))
    for number in (2, 0):
        do(run, "a", number, n=number)
        assert diary.saved == []
        assert states(run) == {"a": "open", "b": "waiting"}
    do(run, "a", 1, n=1)
    assert diary.saved == [("a", [{"n": 0}, {"n": 1}, {"n": 2}])]
    assert states(run) == {"a": "done", "b": "open"}


def test_a_step_with_nothing_to_do_is_saved_and_passed(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a", parts=0), diary.step("c", "b", parts=0), diary.step("d", "c"))
    do(run, "a")
    assert states(run) == {"a": "done", "b": "done", "c": "done", "d": "open"}
    assert diary.saved == [("a", [{}]), ("b", []), ("c", [])]


def test_a_run_with_nothing_to_do_at_all_ends_at_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=0))
    run.refresh_from_db()
    assert run.state == RunState.ENDED


def test_what_raises_while_it_is_saved_leaves_everything_as_it_was(begin: Begin, diary: Diary) -> None:
    step = diary.step("a")
    object.__setattr__(step.work, "save", _raise)
    run = begin(step, diary.step("b", "a"))
    claim = take(run, "a")
    with pytest.raises(ZeroDivisionError):
        ledger.finish(claim, {})
    part = part_of(run, "a")
    assert (part.state, part.result) == (PartState.RUNNING, None)
    assert states(run) == {"a": "open", "b": "waiting"}


def _raise(run: Run, results: object) -> None:
    raise ZeroDivisionError


# --- attempts that lost their part


def lose(run: Run, name: str) -> ledger.Claim:
    """A claim whose lease lapsed and whose part somebody else has taken."""
    stale = take(run, name)
    let_lapse(stale)
    ledger.recover()
    make_due(run)
    take(run, name, worker="other:1")
    return stale


def test_a_stale_attempt_cannot_finish(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    stale = lose(run, "a")
    with pytest.raises(Lost):
        ledger.finish(stale, {"of": "the stale one"})
    assert diary.saved == []
    assert (part_of(run, "a").state, part_of(run, "a").attempt) == (PartState.RUNNING, 2)


def test_a_stale_attempt_cannot_fail_the_part_of_another(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    stale = lose(run, "a")
    ledger.fail(stale, "I am dead.", permanent=True)
    part = part_of(run, "a")
    assert (part.state, part.error) == (PartState.RUNNING, "")


def test_a_stale_attempt_cannot_release_the_part_of_another(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    stale = lose(run, "a")
    ledger.release(stale)
    assert part_of(run, "a").state == PartState.RUNNING


def test_finishing_twice_counts_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    claim = take(run, "a")
    ledger.finish(claim, {"n": 1})
    with pytest.raises(Lost):
        ledger.finish(claim, {"n": 2})
    assert diary.saved == [("a", [{"n": 1}])]


def test_an_attempt_that_was_put_back_and_not_taken_cannot_finish(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    stale = take(run, "a")
    let_lapse(stale)
    ledger.recover()
    with pytest.raises(Lost):
        ledger.finish(stale, {})


# --- fail


def test_a_failure_that_may_pass_is_tried_again_after_a_while(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    now = timezone.now()
    ledger.fail(claim, "The service answered 503.", permanent=False)
    part = part_of(run, "a")
    assert (part.state, part.error, part.lease_until) == (PartState.READY, "The service answered 503.", None)
    assert part.not_before is not None
    assert timedelta(seconds=1) <= part.not_before - now < timedelta(seconds=3)
    assert states(run) == {"a": "open"}


def test_it_waits_longer_after_each_failure_up_to_a_limit(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", attempts=9))
    waits = []
    for _ in range(8):
        claim = take(run, "a")
        now = timezone.now()
        ledger.fail(claim, "No.", permanent=False)
        part = part_of(run, "a")
        assert part.not_before is not None
        waits.append(int((part.not_before - now).total_seconds()))
        make_due(run)
    assert waits == [1, 3, 7, 15, 31, 60, 60, 60]


def test_used_up_attempts_fail_the_step_and_the_run_in_words(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", attempts=2), diary.step("b", "a"))
    fail(run, "a", permanent=False)
    make_due(run)
    fail(run, "a", message="The service is down.", permanent=False)
    run.refresh_from_db()
    part = part_of(run, "a")
    assert (part.state, part.attempt) == (PartState.FAILED, 2)
    assert states(run) == {"a": "failed", "b": "blocked"}
    assert step_of(run, "a").message == "The service is down."
    assert run.state == RunState.FAILED
    assert status_of(run) == (TranscriptStatus.ERROR, "The service is down.")


def test_a_hopeless_failure_is_not_tried_again(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    fail(run, "a", message="There is no model.", permanent=True)
    assert part_of(run, "a").attempt == 1
    assert status_of(run) == (TranscriptStatus.ERROR, "There is no model.")


def test_an_optional_step_that_cannot_succeed_is_skipped(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", optional=True), diary.step("b", "a"))
    fail(run, "a", message="No speakers today.")
    assert states(run) == {"a": "skipped", "b": "open"}
    assert step_of(run, "a").message == "No speakers today."
    do(run, "b")
    run.refresh_from_db()
    assert run.state == RunState.ENDED
    assert status_of(run) == (TranscriptStatus.ENDED, "")


def test_an_optional_step_is_tried_as_often_as_any_other(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", optional=True, attempts=2))
    fail(run, "a", permanent=False)
    assert states(run) == {"a": "open"}
    make_due(run)
    fail(run, "a", permanent=False)
    assert states(run) == {"a": "skipped"}


def test_a_failure_blocks_only_what_depends_on_it(begin: Begin, diary: Diary) -> None:
    """The rest is done first: words are there to read though the summary failed."""
    run = begin(diary.step("a"), diary.step("b"), diary.step("c", "a"), diary.step("d", "b"), diary.step("e", "c", "d"))
    fail(run, "a", message="Broken.")
    run.refresh_from_db()
    assert run.state == RunState.ACTIVE
    assert status_of(run)[0] == TranscriptStatus.PROCESSING
    assert states(run) == {"a": "failed", "b": "open", "c": "blocked", "d": "waiting", "e": "blocked"}
    do(run, "b")
    do(run, "d")
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.percent < 100
    assert diary.names == ["b", "d"]
    assert status_of(run) == (TranscriptStatus.ERROR, "Broken.")


def test_the_first_failure_in_the_order_of_the_plan_is_the_reason(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b"))
    fail(run, "b", message="Second.")
    fail(run, "a", message="First.")
    assert status_of(run) == (TranscriptStatus.ERROR, "First.")


def test_when_one_part_is_hopeless_the_others_of_its_step_stop(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=4), diary.step("b"))
    do(run, "a", 0)
    running = take(run, "a", 1)
    fail(run, "a", 2, message="No such model.")
    assert [part.state for part in parts_of(run, "a")] == ["done", "cancelled", "failed", "cancelled"]
    assert states(run) == {"a": "failed", "b": "open"}
    with pytest.raises(Lost):
        ledger.finish(running, {})
    assert diary.saved == []


def test_a_long_message_is_cut_for_the_step_and_kept_on_the_part(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    fail(run, "a", message="x" * 1000)
    assert len(step_of(run, "a").message) == 300
    assert len(part_of(run, "a").error) == 1000


# --- release


def test_a_released_part_goes_back_without_costing_an_attempt(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", attempts=1))
    for _ in range(5):
        ledger.release(take(run, "a"))
    part = part_of(run, "a")
    assert (part.state, part.lease_until, part.not_before, part.rung_at) == (PartState.READY, None, None, None)
    do(run, "a")
    run.refresh_from_db()
    assert run.state == RunState.ENDED


def test_a_released_part_fails_as_often_as_any_other(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", attempts=2))
    ledger.release(take(run, "a"))
    fail(run, "a", permanent=False)
    assert states(run) == {"a": "open"}
    make_due(run)
    fail(run, "a", permanent=False)
    assert states(run) == {"a": "failed"}


def test_no_two_attempts_write_audio_under_one_name(begin: Begin, diary: Diary) -> None:
    """The one that released erases what it left; that must not be what the next one is writing."""
    run = begin(diary.step("a"))
    first = take(run, "a")
    ledger.release(first)
    second = take(run, "a")
    audio = store(run, second.origin)
    vault.abandon(first.origin)
    vault.adopt(audio)


def store(run: Run, origin: str) -> AudioObject:
    return vault.store(
        iter([b"sound"]),
        kind=AudioKind.PLAYBACK,
        transcript_id=run.transcript_id,
        extension="mp3",
        media_type="audio/mpeg",
        origin=origin,
    )


# --- deleted in the middle


def test_a_worker_whose_transcript_was_deleted_has_lost_its_part(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    Transcript.objects.filter(pk=run.transcript_id).delete()
    with pytest.raises(Lost):
        ledger.finish(claim, {})
    ledger.fail(claim, "Too late.", permanent=True)
    ledger.release(claim)
    ledger.settle_cancel(claim)
    assert not ledger.cancel(run)
    assert diary.saved == []


def test_a_worker_of_a_cancelled_run_is_told_so(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    ledger.cancel(run)
    with pytest.raises(Cancelled):
        ledger.finish(claim, {})
    assert diary.saved == []


# --- cost


@pytest.mark.parametrize("parts", [1, 3, 100])
def test_finishing_a_part_costs_the_same_however_many_there_are(
    begin: Begin, diary: Diary, parts: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    run = begin(diary.step("a", parts=parts + 1))
    claim = take(run, "a")
    # run of the part, lock, part, part saved, others?; two savepoint marks
    with django_assert_num_queries(7):
        ledger.finish(claim, {})
    assert step_of(run, "a").state == StepState.OPEN
