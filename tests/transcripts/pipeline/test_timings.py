"""What is learnt from runs, by step, engine and model, and what later ones are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import Diary, do, fail, part_of, step_of, take
from transcripts.enums import RunState
from transcripts.models import Part, Run, StepTiming, Transcript
from transcripts.pipeline import ledger, runs, timings

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]
Commit = Callable[..., Any]


@pytest.fixture
def uploaded(new_transcript: Callable[..., Transcript]) -> Transcript:
    return canned.uploaded(new_transcript())


def remember(step: str, *, size: float, seconds: float, engine: str = "", model: str = "", times: int = 1) -> None:
    for _ in range(times):
        StepTiming.objects.create(step=step, engine=engine, model=model, size=size, seconds=seconds)


# --- learning


def test_every_step_that_was_done_is_remembered(
    uploaded: Transcript, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        canned.work(runs.process(uploaded))
    found = {timing.step: timing for timing in StepTiming.objects.all()}
    assert set(found) == {*canned.STEPS, "all of file"}
    transcribe = found["transcribe"]
    assert (transcribe.engine, transcribe.model, transcribe.size) == ("canned", "tin", canned.SECONDS)
    assert (found["read"].engine, found["summary"].engine) == ("", "canned")
    assert all(timing.seconds >= 0 for timing in found.values())


def test_the_time_without_a_worker_is_not_remembered(
    begin: Begin, diary: Diary, django_capture_on_commit_callbacks: Commit
) -> None:
    """Two parts of five seconds each, and between them nobody had time for a minute."""
    with django_capture_on_commit_callbacks(execute=True):
        run = begin(diary.step("a", parts=2))
        do(run, "a", 0)
        begun = timezone.now() - timedelta(seconds=70)
        Part.objects.filter(pk=part_of(run, "a").pk).update(started_at=begun, finished_at=begun + timedelta(seconds=5))
        claim = take(run, "a", 1)
        Part.objects.filter(pk=claim.part_id).update(started_at=timezone.now() - timedelta(seconds=5))
        ledger.finish(claim, {})
    assert StepTiming.objects.get(step="a").seconds == pytest.approx(10, abs=1)
    assert StepTiming.objects.get(step="a").parts == 2
    run.refresh_from_db()
    assert run.took == pytest.approx(10, abs=1)


def test_failures_cancels_and_what_is_carried_over_teach_nothing(
    uploaded: Transcript, django_capture_on_commit_callbacks: Commit
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = runs.process(uploaded)
        canned.work(first, until="transcribe")
        fail(first, "transcribe")
        canned.work(first)
    assert not StepTiming.objects.filter(step__in=("transcribe", "all of file")).exists()
    with django_capture_on_commit_callbacks(execute=True):
        second = runs.process(uploaded)
        claim = take(second, "transcribe")
        runs.cancel(uploaded)
        ledger.settle_cancel(claim)
    assert StepTiming.objects.filter(step="read").count() == 1
    assert not StepTiming.objects.filter(step__in=("transcribe", "all of file")).exists()


def test_only_the_newest_are_kept() -> None:
    for seconds in range(timings.KEEP + 5):
        timings._remember("a", "x", "y", 60.0, [(0.0, float(seconds))])
    timings._remember("a", "x", "other", 60.0, [(0.0, 1.0)])
    found = StepTiming.objects.filter(step="a", model="y").values_list("seconds", flat=True)
    assert sorted(found) == [float(seconds) for seconds in range(5, timings.KEEP + 5)]
    assert StepTiming.objects.filter(model="other").count() == 1


# --- asking


def test_the_first_run_has_a_guess_from_the_weights(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", weight=10), diary.step("b", "a", weight=1))
    a, b = step_of(run, "a"), step_of(run, "b")
    assert a.expected == pytest.approx(10 * b.expected)
    assert b.expected > 0
    assert not a.learnt


def test_later_runs_know_what_earlier_ones_took(begin: Begin, diary: Diary) -> None:
    for size in (600, 1200, 3600):
        remember("a", size=size, seconds=10 + size / 4)
    run = begin(diary.step("a"))
    a = step_of(run, "a")
    assert (a.expected, a.learnt) == (pytest.approx(10 + timings.TYPICAL / 4), True)


def test_the_engine_that_was_chosen_decides_and_the_model_too(uploaded: Transcript) -> None:
    remember("transcribe", size=60, seconds=6, engine="canned", model="tin", times=3)
    remember("transcribe", size=60, seconds=60, engine="canned", model="lead", times=3)
    remember("transcribe", size=60, seconds=600, engine="other", model="tin", times=3)
    run = runs.process(uploaded)
    assert step_of(run, "transcribe").learnt  # nobody knows yet: as the last one
    canned.work(run, until="transcribe")
    found = step_of(run, "transcribe")
    assert (found.expected, found.learnt) == (pytest.approx(canned.SECONDS / 10), True)


def test_a_new_model_is_judged_by_the_others_of_its_engine(uploaded: Transcript) -> None:
    remember("transcribe", size=60, seconds=30, engine="canned", model="lead", times=3)
    remember("transcribe", size=60, seconds=600, engine="other", model="tin", times=3)
    run = runs.process(uploaded)
    canned.work(run, until="transcribe")
    found = step_of(run, "transcribe")
    assert (found.expected, found.learnt) == (pytest.approx(canned.SECONDS / 2), False)


def test_a_run_knows_how_much_longer_than_their_longest_chain_such_runs_take(begin: Begin, diary: Diary) -> None:
    remember("all of test", size=100, seconds=150, times=3)
    run = begin(diary.step("a"))
    run.refresh_from_db()
    assert run.stretch == pytest.approx(1.5)


def test_the_source_of_a_link_says_how_long_it_is(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("describe"), diary.step("fetch", "describe"))
    before = step_of(run, "fetch").expected
    do(run, "describe", facts={"duration": 7200})
    run.refresh_from_db()
    assert run.audio_seconds == 7200
    assert step_of(run, "fetch").expected > before


# --- how good it was


def test_estimates_are_compared_with_the_truth(new_transcript: Callable[..., Transcript]) -> None:
    assert timings.calibration() is None
    for early in (90, 110, 150):
        Run.objects.create(
            transcript=new_transcript(), plan="file", before={}, state=RunState.ENDED, early_estimate=early, took=100,
            finished_at=timezone.now(),
        )  # fmt: skip
    assert timings.calibration() == (3, pytest.approx(0.1))
