"""Cancel in every state: it ends, nothing of the run is left, and the next run is complete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from consent.models import AudioObject
from reflector_site.events.models import Event
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import Diary, do, fail, let_lapse, parts_of, states, status_of, take
from tests.transcripts.pipeline.test_runs import holds
from transcripts.enums import PartState, RunState
from transcripts.models import Run, Transcript
from transcripts.pipeline import ledger, runs, scratch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("silent")]

Begin = Callable[..., Run]
ALL = canned.STEPS


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


@pytest.fixture
def uploaded(transcript: Transcript) -> Transcript:
    return canned.uploaded(transcript)


def end_of(run: Run) -> RunState:
    run.refresh_from_db()
    return RunState(run.state)


def test_what_nobody_works_on_ends_at_once(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=2), diary.step("b", "a"))
    assert ledger.cancel(run)
    assert end_of(run) == RunState.CANCELLED
    assert states(run) == {"a": "cancelled", "b": "cancelled"}
    assert {part.state for part in parts_of(run, "a")} == {PartState.CANCELLED}
    assert status_of(run) == ("uploaded", "")


def test_between_two_steps(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    do(run, "a")
    assert ledger.cancel(run)
    assert end_of(run) == RunState.CANCELLED
    assert states(run) == {"a": "done", "b": "cancelled"}
    assert status_of(run) == ("uploaded", "")


def test_a_busy_worker_ends_it_when_it_stops(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=3))
    claims = [take(run, "a", 0), take(run, "a", 1)]
    assert ledger.cancel(run)
    assert [part.state for part in parts_of(run, "a")] == ["running", "running", "cancelled"]
    ledger.settle_cancel(claims[0])
    assert end_of(run) == RunState.ACTIVE
    ledger.settle_cancel(claims[1])
    assert end_of(run) == RunState.CANCELLED
    assert status_of(run) == ("uploaded", "")


@pytest.mark.parametrize("verb", ["fail", "fail for good", "release"])
def test_a_worker_that_stops_for_another_reason_ends_it_too(begin: Begin, diary: Diary, verb: str) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    ledger.cancel(run)
    if verb == "release":
        ledger.release(claim)
    else:
        ledger.fail(claim, "Broken.", permanent=verb == "fail for good")
    assert end_of(run) == RunState.CANCELLED
    assert status_of(run) == ("uploaded", "")


def test_a_dead_worker_does_not_keep_it_from_ending(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    let_lapse(take(run, "a"))
    ledger.cancel(run)
    assert end_of(run) == RunState.ACTIVE
    ledger.recover()
    assert end_of(run) == RunState.CANCELLED
    assert [part.state for part in parts_of(run, "a")] == ["cancelled"]


def test_a_cancel_does_not_wait_for_the_lease_of_a_dead_worker(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    take(run, "a")
    ledger.cancel(run)
    ledger.recover()
    assert end_of(run) == RunState.ACTIVE, "a worker that lives gets the time to stop"
    Run.objects.filter(pk=run.pk).update(cancel_requested_at=timezone.now() - ledger.CANCEL_PATIENCE)
    ledger.recover()
    assert end_of(run) == RunState.CANCELLED
    assert [part.state for part in parts_of(run, "a")] == ["cancelled"]


def test_a_crash_after_the_last_worker_stopped_does_not_either(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    Run.objects.filter(pk=run.pk).update(cancel_requested_at=run.created_at - ledger.CANCEL_PATIENCE)
    ledger.recover()
    assert end_of(run) == RunState.CANCELLED


def test_a_failed_shard_leaves_nobody_for_whom_a_cancel_would_wait(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=2), diary.step("b"))
    take(run, "a", 0)
    fail(run, "a", 1)
    ledger.cancel(run)
    assert end_of(run) == RunState.CANCELLED


def test_nobody_takes_a_part_of_a_run_that_is_being_cancelled(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=2))
    take(run, "a", 0)
    waiting = parts_of(run, "a")[1]
    ledger.cancel(run)
    assert ledger.claim(waiting.pk, worker="other:1") is None


def test_twice(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    assert ledger.cancel(run)
    run.refresh_from_db()
    first = run.cancel_requested_at
    assert ledger.cancel(run)
    run.refresh_from_db()
    assert run.cancel_requested_at == first
    ledger.settle_cancel(claim)
    ledger.settle_cancel(claim)
    assert end_of(run) == RunState.CANCELLED
    assert not ledger.cancel(run)


def test_after_the_end_there_is_nothing_to_cancel(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    do(run, "a")
    assert not ledger.cancel(run)
    assert end_of(run) == RunState.ENDED
    assert status_of(run) == ("ended", "")
    assert not runs.cancel(run.transcript)


def test_after_a_failure_there_is_nothing_to_cancel(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    fail(run, "a")
    assert not ledger.cancel(run)
    assert end_of(run) == RunState.FAILED


def test_a_transcript_that_was_never_processed_has_nothing_to_cancel(transcript: Transcript) -> None:
    assert not runs.cancel(transcript)


# --- what is left


@pytest.mark.parametrize("step", ALL)
def test_only_the_upload_is_left_and_the_next_run_is_complete(uploaded: Transcript, step: str) -> None:
    before = holds(uploaded)
    run = runs.process(uploaded)
    canned.work(run, until=step)
    runs.cancel(uploaded)
    assert end_of(run) == RunState.CANCELLED
    assert holds(uploaded) == before
    assert before["audio"] == ["upload"]

    assert sorted(canned.work(runs.process(uploaded))) == sorted(ALL)
    found = holds(uploaded)
    assert (found["status"], found["error"]) == ("ended", "")
    assert len(found["words"].split()) == 60
    assert found["title"]
    assert found["audio"] == ["playback", "upload"]


@pytest.mark.parametrize("step", ALL)
def test_a_repetition_gives_back_all_that_was_there(uploaded: Transcript, step: str) -> None:
    canned.work(runs.process(uploaded))
    before = holds(uploaded)
    run = runs.process(uploaded)
    canned.work(run, until=step)
    claim = take(run, step)
    runs.cancel(uploaded)
    ledger.settle_cancel(claim)
    assert end_of(run) == RunState.CANCELLED
    assert holds(uploaded) == before


def test_a_repetition_that_nobody_began_can_be_cancelled(uploaded: Transcript) -> None:
    canned.work(runs.process(uploaded))
    run = runs.process(uploaded)
    assert runs.cancel(uploaded)
    assert end_of(run) == RunState.CANCELLED
    assert status_of(run) == ("ended", "")


@pytest.mark.parametrize("begun", [False, True])
def test_a_repetition_after_a_failure_gives_the_failure_back(uploaded: Transcript, begun: bool) -> None:
    first = runs.process(uploaded)
    canned.work(first, until="title")
    fail(first, "title", message="No title today.")
    canned.work(first)
    before = holds(uploaded)
    again = runs.process(uploaded)
    claim = take(again, "title") if begun else None
    runs.cancel(uploaded)
    if claim:
        ledger.settle_cancel(claim)
    assert holds(uploaded) == before
    assert status_of(again) == ("error", "No title today.")


# --- and then again


def test_after_a_failure_and_a_cancel_it_goes_on_from_the_failure(uploaded: Transcript) -> None:
    first = runs.process(uploaded)
    canned.work(first, until="transcribe")
    fail(first, "transcribe")
    canned.work(first)
    second = runs.process(uploaded, from_step="read")
    canned.work(second, until="align")
    runs.cancel(uploaded)

    third = runs.process(uploaded)
    assert "read" not in canned.work(third)
    assert holds(uploaded)["audio"] == ["playback", "upload"]
    assert len(holds(uploaded)["words"].split()) == 60


@pytest.mark.parametrize("step", ["gather", "probe", "finish"])
def test_an_upload_in_pieces_is_not_lost(transcript: Transcript, step: str) -> None:
    """Before they are put together the pieces stay, after that the whole."""
    canned.in_pieces(transcript)
    run = runs.process(transcript)
    canned.work(run, until=step)
    runs.cancel(transcript)
    assert holds(transcript)["audio"] == (["chunk", "chunk"] if step == "gather" else ["upload"])

    done = canned.work(runs.process(transcript))
    assert sorted(done) == sorted(["gather", *ALL] if step == "gather" else ALL)
    assert holds(transcript)["status"] == "ended"
    assert holds(transcript)["audio"] == ["playback", "upload"]


# --- telling


def test_those_who_watch_are_told(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    claim = take(run, "a")
    ledger.cancel(run)
    ledger.settle_cancel(claim)
    events = list(Event.objects.filter(stream_id=run.transcript.stream_key).order_by("seq").values_list("name", "data"))
    assert [(name, data["message"] if name == "PROGRESS" else data) for name, data in events] == [
        ("UPDATED", {"fields": ["status"], "by": None}),
        ("PROGRESS", "Waiting for a free worker"),
        ("STATUS", {"value": "processing"}),
        ("PROGRESS", "A"),
        ("PROGRESS", "Cancelling"),
        ("PROGRESS", "Cancelled"),
        ("STATUS", {"value": "uploaded"}),
        ("CANCELLED", {"run_id": str(run.pk)}),
    ]
    assert events[-3][1]["stages"] == [{"name": "A", "state": "cancelled"}]
    job = list(Event.objects.filter(stream_id=f"job:{run.pk}").order_by("seq").values_list("name", flat=True))
    assert job == ["stage_change", "stage_change", "stage_change", "cancelled"]


def test_scratch_files_and_audio_are_gone_when_it_is_committed(
    uploaded: Transcript,
    settings: LazySettings,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    run = runs.process(uploaded)
    canned.work(run, until="transcribe")
    (scratch.run_directory(run.pk) / "download").write_bytes(b"x")
    assert len(stored_files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        runs.cancel(uploaded)
    upload = AudioObject.objects.live().get(transcript_id=uploaded.pk)
    assert stored_files() == [upload.key]
    assert list(Path(settings.SCRATCH_DIR).iterdir()) == []
