"""Two workers at the same part, the same step, the same run."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import transaction

from tests.concurrency.conftest import Diary, at_once
from tests.transcripts.pipeline.conftest import do, let_lapse, part_of, parts_of, states, status_of, take
from transcripts.enums import PartState, RunState
from transcripts.models import Run
from transcripts.pipeline import ledger, progress
from transcripts.pipeline.failures import Cancelled, Lost

pytestmark = pytest.mark.django_db(transaction=True)

Begin = Callable[..., Run]


def test_one_part_is_claimed_by_one(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    part_id = part_of(run, "a").pk
    claims = at_once(*[lambda: ledger.claim(part_id, worker="one of four")] * 4)
    assert sorted(type(claim) for claim in claims if claim is not None) == [ledger.Claim]
    assert part_of(run, "a").attempt == 1


def test_the_last_two_parts_finish_at_once_and_are_saved_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=2), diary.step("b", "a"))
    claims = [take(run, "a", 0), take(run, "a", 1)]
    assert at_once(*[lambda claim=claim: ledger.finish(claim, {"n": claim.part_id}) for claim in claims]) == [
        None,
        None,
    ]
    assert diary.names == ["a"]
    assert states(run) == {"a": "done", "b": "open"}
    assert len(parts_of(run, "b")) == 1


def test_canary_without_the_lock_the_step_is_never_saved(
    begin: Begin, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees the other's part unfinished. If this fails, the test above shows nothing."""
    run = begin(diary.step("a", parts=2))
    claims = [take(run, "a", 0), take(run, "a", 1)]
    monkeypatch.setattr(ledger, "_lock_run_of", lambda part_id: Run.objects.get(steps__parts=part_id))
    both = threading.Barrier(2)

    def finish(claim: ledger.Claim) -> None:
        with transaction.atomic():
            ledger.finish(claim, {})
            both.wait(10)

    assert at_once(*[lambda claim=claim: finish(claim) for claim in claims]) == [None, None]
    assert [part.state for part in parts_of(run, "a")] == [PartState.DONE, PartState.DONE]
    assert diary.names == []
    assert states(run) == {"a": "open"}


def test_two_branches_that_meet_open_the_next_step_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b"), diary.step("c", "a", "b"))
    claims = [take(run, "a"), take(run, "b")]
    assert at_once(*[lambda claim=claim: ledger.finish(claim, {}) for claim in claims]) == [None, None]
    assert states(run) == {"a": "done", "b": "done", "c": "open"}
    assert len(parts_of(run, "c")) == 1


@pytest.mark.parametrize("_", range(4))
def test_finish_and_cancel_at_once(begin: Begin, diary: Diary, _: int) -> None:
    """One of them wins, whole."""
    run = begin(diary.step("a"))
    claim = take(run, "a")
    finished, cancelled = at_once(lambda: ledger.finish(claim, {}), lambda: ledger.cancel(run))
    run.refresh_from_db()
    if finished is None:
        assert cancelled is False
        assert (run.state, status_of(run), diary.names) == (RunState.ENDED, ("ended", ""), ["a"])
    else:
        assert isinstance(finished, Cancelled)
        assert cancelled is True
        ledger.settle_cancel(claim)
        run.refresh_from_db()
        assert (run.state, status_of(run), diary.names) == (RunState.CANCELLED, ("uploaded", ""), [])


@pytest.mark.parametrize("_", range(4))
def test_finish_and_recover_at_once(begin: Begin, diary: Diary, _: int) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    let_lapse(claim)
    finished, recovered = at_once(lambda: ledger.finish(claim, {}), ledger.recover)
    if finished is None:
        assert (recovered, diary.names) == (0, ["a"])
    else:
        assert isinstance(finished, Lost)
        assert (recovered, diary.names, part_of(run, "a").state) == (1, [], PartState.READY)


def test_recover_at_once_puts_each_part_back_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=5))
    for number in range(5):
        let_lapse(take(run, "a", number))
    counts = at_once(ledger.recover, ledger.recover, ledger.recover)
    assert sum(int(str(count)) for count in counts) == 5
    assert {(part.state, part.attempt) for part in parts_of(run, "a")} == {("ready", 1)}


def test_two_failures_at_once_end_the_run_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b"))
    claims = [take(run, "a"), take(run, "b")]
    assert at_once(*[lambda claim=claim: ledger.fail(claim, "No.", permanent=True) for claim in claims]) == [None, None]
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert states(run) == {"a": "failed", "b": "failed"}


def test_the_percentage_is_measured_while_parts_finish(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=4), diary.step("b", "a"))
    claims = [take(run, "a", number) for number in range(4)]
    verbs = [lambda claim=claim: ledger.finish(claim, {}) for claim in claims]

    def measure() -> None:
        progress.measure(run.pk)

    assert at_once(*verbs, measure, measure) == [None] * 6
    do(run, "b")
    run.refresh_from_db()
    assert run.percent == 100
