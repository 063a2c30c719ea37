"""One attempt from claim to finish: whatever a step raises, the part ends in the right state with a sentence."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection

from consent import vault
from consent.models import AudioKind, AudioObject
from tests.stack import until
from tests.transcripts.pipeline.conftest import Diary, part_of, states, status_of, take
from transcripts.engines.base import Never, TryAgain
from transcripts.enums import PartState, RunState
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import execute as execute_module
from transcripts.pipeline import heart, ledger
from transcripts.pipeline.audio import MediaError
from transcripts.pipeline.context import Context
from transcripts.pipeline.execute import execute
from transcripts.pipeline.failures import Interrupted, StepFailed, TooSlow
from transcripts.pipeline.plans import PlannedStep
from transcripts.pipeline.steps.base import Json, StepWork

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("fast_heart")]

Begin = Callable[..., Run]


@pytest.fixture
def fast_heart(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(heart, "LOOK", 0.02)
    yield
    time.sleep(0.1)  # until it has put its database connection away


def step(compute: Callable[[Context], Json], *, save: Any = None, **options: Any) -> PlannedStep:
    work = StepWork(compute) if save is None else StepWork(compute, save)
    return PlannedStep("a", work, (), "A", 1, **options)


def attempt(run: Run) -> Part:
    assert execute(part_of(run, "a").pk)
    return part_of(run, "a")


def test_what_is_computed_is_saved(begin: Begin, diary: Diary) -> None:
    run = begin(step(lambda context: {"answer": 42}, save=diary._save("a")))
    assert attempt(run).state == PartState.DONE
    assert diary.saved == [("a", [{"answer": 42}])]


def test_there_is_nothing_to_do_for_a_part_that_another_has(begin: Begin) -> None:
    run = begin(step(lambda context: {}))
    take(run, "a")
    assert not execute(part_of(run, "a").pk)


@pytest.mark.parametrize(
    ("error", "permanent", "said"),
    [
        (TryAgain("The service answered 503."), False, "The service answered 503."),
        (Never("The service refused the key."), True, "The service refused the key."),
        (StepFailed("There is no audio file any more.", permanent=True), True, "There is no audio file any more."),
        (MediaError("The file has no sound.", "no_audio"), True, "The file has no sound."),
        (vault.StorageFull(), False, "The storage is full, so the audio could not be kept."),
        (OSError(errno.ENOSPC, "No space left on device"), False, "The storage is full, so the audio could not"),
        (TooSlow(), False, "It took longer than allowed."),
        (ZeroDivisionError("division by zero"), False, "Something unexpected went wrong (ZeroDivisionError: division"),
        (
            ValueError("no: https://a.example/x?key=secret\nDETAIL: what was in the data"),
            False,
            "Something unexpected went wrong (ValueError: no: https://a.example/x?…).",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_goes_wrong_is_said(begin: Begin, error: Exception, permanent: bool, said: str) -> None:
    def compute(context: Context) -> Json:
        raise error

    run = begin(step(compute, attempts=2))
    part = attempt(run)
    assert part.error.startswith(said)
    assert part.state == (PartState.FAILED if permanent else PartState.READY)
    if not permanent:
        Part.objects.update(not_before=None)
        attempt(run)
    assert states(run) == {"a": "failed"}
    status, message = status_of(run)
    assert status == "error"
    assert message.startswith(said)


def test_a_step_that_cannot_be_saved_is_tried_again(begin: Begin) -> None:
    def save(run: Run, results: Any) -> None:
        raise LookupError("gone")

    part = attempt(begin(step(lambda context: {}, save=save)))
    assert part.state == PartState.READY
    assert part.error == "Something unexpected went wrong (LookupError: gone)."


# --- what an attempt leaves behind


def half_made(context: Context) -> AudioObject:
    (context.scratch / "half-made").write_bytes(b"x")
    return vault.store(
        iter([b"sound"]),
        kind=AudioKind.PLAYBACK,
        transcript_id=context.transcript.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin=context.origin,
    )


def scratch_files(settings: LazySettings) -> list[Path]:
    root = Path(settings.SCRATCH_DIR)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


@pytest.mark.parametrize("error", [TryAgain("Later."), Never("No."), Interrupted(), KeyError("oops")])
def test_a_failed_attempt_leaves_no_file(
    begin: Begin, settings: LazySettings, stored_files: Callable[[], list[str]], error: Exception
) -> None:
    def compute(context: Context) -> Json:
        half_made(context)
        raise error

    attempt(begin(step(compute)))
    assert stored_files() == []
    assert scratch_files(settings) == []
    assert not AudioObject.objects.filter(verified_at=None).exists()


def test_adopted_audio_stays(begin: Begin, stored_files: Callable[[], list[str]]) -> None:
    def save(run: Run, results: list[Json]) -> None:
        vault.adopt(AudioObject.objects.get(pk=results[0]["audio"]))

    attempt(begin(step(lambda context: {"audio": str(half_made(context).pk)}, save=save)))
    assert len(stored_files()) == 1


def test_an_attempt_that_lost_its_part_leaves_no_file(begin: Begin, stored_files: Callable[[], list[str]]) -> None:
    def compute(context: Context) -> Json:
        half_made(context)
        Part.objects.filter(pk=context.part.pk).update(state="ready", lease_until=None)
        return {"of": "the stale one"}

    part = attempt(begin(step(compute)))
    assert (part.state, part.result) == (PartState.READY, None)
    assert stored_files() == []


# --- being stopped


def wait(context: Context) -> Json:
    while True:
        context.checkpoint()
        time.sleep(0.01)


def test_a_cancel_stops_it_within_two_seconds(begin: Begin) -> None:
    run = begin(step(wait))
    worker = threading.Thread(target=lambda: closing(execute, part_of(run, "a").pk))
    worker.start()
    until(lambda: part_of(run, "a").state == PartState.RUNNING, what="the worker")
    began = time.monotonic()
    ledger.cancel(run)
    until(lambda: Run.objects.get(pk=run.pk).state == RunState.CANCELLED, seconds=5, what="the end")
    assert time.monotonic() - began < 2
    worker.join()
    assert status_of(run) == ("uploaded", "")


def closing(verb: Callable[[int], object], part_id: int) -> None:
    try:
        verb(part_id)
    finally:
        connection.close()


def test_a_deleted_transcript_stops_it(begin: Begin) -> None:
    def compute(context: Context) -> Json:
        Transcript.objects.filter(pk=context.transcript.pk).delete()
        return wait(context)

    run = begin(step(compute))
    assert execute(part_of(run, "a").pk)
    assert not Run.objects.exists()


def test_a_shutdown_gives_the_part_back_and_costs_no_attempt(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute_module, "HEART", heart.Heart())
    execute_module.HEART.interrupt()
    run = begin(step(wait, attempts=1))
    assert attempt(run).state == PartState.READY
    monkeypatch.undo()
    monkeypatch.setattr(heart, "LOOK", 0.02)
    assert ledger.claim(part_of(run, "a").pk, worker="next:1") is not None


# --- the database away


def test_a_result_waits_for_a_database_that_is_away(
    begin: Begin, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = ledger.finish
    calls = []

    def away_at_first(claim: ledger.Claim, result: Json) -> None:
        calls.append(result)
        if len(calls) == 1:
            raise OperationalError("the database system is starting up")
        finish(claim, result)

    monkeypatch.setattr(ledger, "finish", away_at_first)
    run = begin(step(lambda context: {"n": 1}, save=diary._save("a")))
    assert attempt(run).state == PartState.DONE
    assert diary.saved == [("a", [{"n": 1}])]


def test_its_lease_lives_while_it_waits(begin: Begin, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour of work must not go to another worker because the database took half a minute to come back."""
    settings.LEASE_SECONDS = 1
    finish = ledger.finish

    def slow(claim: ledger.Claim, result: Json) -> None:
        time.sleep(1.5)
        assert ledger.recover() == 0
        finish(claim, result)

    monkeypatch.setattr(ledger, "finish", slow)
    assert attempt(begin(step(lambda context: {}))).state == PartState.DONE


def test_a_finish_that_was_committed_unheard_counts_once(
    begin: Begin, diary: Diary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection broke between the commit and its answer."""
    finish = ledger.finish
    calls = []

    def unheard(claim: ledger.Claim, result: Json) -> None:
        finish(claim, result)
        calls.append(result)
        if len(calls) == 1:
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(ledger, "finish", unheard)
    run = begin(step(lambda context: {"n": 1}, save=diary._save("a")))
    assert attempt(run).state == PartState.DONE
    assert diary.names == ["a"]


# --- time


def deadline_of(run: Run) -> int:
    """Seconds that the step was given."""
    seen: list[float] = []

    def compute(context: Context) -> Json:
        seen.append(context.deadline - time.monotonic())
        return {}

    part = part_of(run, "b")
    planned = ledger.planned(Part.objects.select_related("step__run").get(pk=part.pk).step)
    object.__setattr__(planned.work, "compute", compute)
    execute(part.pk)
    return round(seen[0])


@pytest.mark.parametrize(("measured", "claimed", "given"), [(7200, None, 820), (0, 3600.0, 460), (0, None, 4420)])
def test_a_long_recording_has_more_time_even_before_it_is_measured(
    begin: Begin,
    settings: LazySettings,
    measured: int,
    claimed: float | None,
    given: int,
) -> None:
    settings.MAX_AUDIO_HOURS = 12
    probe = PlannedStep("probe", StepWork(lambda context: {"duration": claimed}), (), "A", 1)
    work = StepWork(lambda context: {})
    run = begin(probe, PlannedStep("b", work, ("probe",), "B", 1, seconds=100, per_audio_second=0.1))
    Transcript.objects.filter(pk=run.transcript_id).update(duration=measured * 1000)
    execute(part_of(run, "probe").pk)
    assert deadline_of(run) == given


def test_what_takes_too_long_is_stopped(begin: Begin) -> None:
    part = attempt(begin(step(wait, seconds=0.1)))
    assert part.state == PartState.READY
    assert part.error == "It took longer than allowed. Try again, or use a faster engine."
