"""How far a run is: marked by the ledger, measured by workers, and the same wherever one looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from reflector_site.events import log
from reflector_site.events.log import Payload
from reflector_site.events.models import Event
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import Diary, do, fail, make_due, take
from transcripts import events
from transcripts.enums import ShareMode
from transcripts.models import Part, Run, StepTiming, Transcript
from transcripts.pipeline import ledger, progress, runs
from transcripts.pipeline.plans import FILE

pytestmark = pytest.mark.django_db

Begin = Callable[..., Run]
Heard = list[tuple[str, Payload]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What is whispered, with the stream it is whispered to."""
    found: Heard = []
    monkeypatch.setattr(log, "whisper", lambda key, payload: found.append((key, payload)))
    return found


def let_pass(run: Run, **time: float) -> None:
    """As if the run had been measured, and its open parts been begun, so much earlier."""
    run.refresh_from_db()
    passed = timedelta(**time)
    Run.objects.filter(pk=run.pk).update(
        measured_at=run.measured_at and run.measured_at - passed, started_at=run.started_at and run.started_at - passed
    )
    for part in Part.objects.filter(step__run=run, started_at__isnull=False):
        ended = part.finished_at and part.finished_at - passed
        Part.objects.filter(pk=part.pk).update(started_at=part.started_at - passed, finished_at=ended)


def told(stream: str) -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.filter(stream_id=stream).order_by("seq").values_list("name", "data"))


# --- marked


def test_a_viewer_who_only_reads_events_knows_all(new_transcript: Callable[..., Transcript]) -> None:
    transcript = canned.uploaded(new_transcript())
    run = runs.process(transcript)
    canned.work(run)
    progressed = [data for name, data in told(transcript.stream_key) if name == "PROGRESS"]
    assert [stage["name"] for stage in progressed[0]["stages"]] == FILE.stages()
    assert progressed[0]["message"] == "Waiting for a free worker"
    assert [stage["state"] for stage in progressed[-1]["stages"]] == ["done"] * len(FILE.stages())
    last = progressed[-1]
    assert (last["percentage"], last["message"], last["estimated_remaining"]) == (100, "Complete", 0)
    percentages = [data["percentage"] for data in progressed]
    assert percentages == sorted(percentages)
    order = [FILE.stages().index(data["stage"]) for data in progressed]
    assert order == sorted(order)
    assert sorted(set(order)) == list(range(len(FILE.stages())))
    names = [name for name, _ in told(transcript.stream_key) if name in ("PROGRESS", "STATUS")]
    assert names[-2:] == ["PROGRESS", "STATUS"]  # the status is the last that a viewer waits for


def test_the_job_has_the_same_by_its_own_names(new_transcript: Callable[..., Transcript]) -> None:
    transcript = canned.uploaded(new_transcript())
    run = runs.process(transcript)
    canned.work(run)
    job = told(f"job:{run.pk}")
    progressed = [data for name, data in told(transcript.stream_key) if name == "PROGRESS"]
    assert [data for _, data in job] == progressed
    assert {name for name, _ in job[:-1]} == {"stage_change"}
    assert job[-1][0] == "complete"


def test_a_failure_says_why(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    fail(run, "a", message="The file is damaged.")
    name, data = told(f"job:{run.pk}")[-1]
    assert (name, data["error"], data["message"]) == ("error", "The file is damaged.", "The file is damaged.")
    assert data["stages"] == [{"name": "A", "state": "failed"}, {"name": "B", "state": "skipped"}]
    assert data["estimated_remaining"] is None


def test_nothing_is_said_where_no_stage_changed(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", parts=3))
    do(run, "a", 0)
    before = told(run.transcript.stream_key)
    do(run, "a", 1)
    assert told(run.transcript.stream_key) == before


# --- measured


def test_a_measurement_is_whispered_to_all_who_look(
    begin: Begin, diary: Diary, heard: Heard, transcript: Transcript
) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(share_mode=ShareMode.PUBLIC)
    run = begin(diary.step("a", parts=2))
    claim = take(run, "a")
    let_pass(run, seconds=10)
    Part.objects.filter(pk=claim.part_id).update(progress=0.5)
    heard.clear()
    assert progress.measure(run.pk)
    assert [key for key, _ in heard] == [
        f"transcript:{transcript.pk}", f"job:{run.pk}", f"user:{transcript.user_id}", "shared",
    ]  # fmt: skip
    first, job, listed, _ = (payload for _, payload in heard)
    assert isinstance(first, events.Progress)
    assert first.model_dump() == job.model_dump()
    assert isinstance(listed, events.TranscriptProgress)
    assert (listed.percentage, listed.stage) == (first.percentage, "A")
    assert first.time_elapsed == pytest.approx(10, abs=1)
    assert 0 < first.percentage < 100


def test_it_is_whispered_though_nothing_moved(begin: Begin, diary: Diary, heard: Heard) -> None:
    run = begin(diary.step("a"))
    take(run, "a")
    for _ in range(3):
        let_pass(run, seconds=1)
        assert progress.measure(run.pk)
    elapsed = [payload.time_elapsed for key, payload in heard if isinstance(payload, events.Progress)]
    assert elapsed == sorted(set(elapsed))


def test_many_workers_at_one_run_measure_it_once(begin: Begin, diary: Diary, heard: Heard) -> None:
    run = begin(diary.step("a"))
    take(run, "a")
    let_pass(run, seconds=1)
    heard.clear()
    assert [progress.measure(run.pk) for _ in range(5)] == [True, False, False, False, False]
    assert len(heard) == 3


def test_the_percentage_never_goes_back(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"), diary.step("b", "a"))
    claim = take(run, "a")
    let_pass(run, seconds=30)
    Part.objects.filter(pk=claim.part_id).update(progress=0.9)
    progress.measure(run.pk)
    run.refresh_from_db()
    before = run.percent
    assert before > 10
    ledger.fail(claim, "Again.", permanent=False)
    make_due(run)
    take(run, "a")
    let_pass(run, seconds=2)
    progress.measure(run.pk)
    run.refresh_from_db()
    assert run.percent == before


def test_at_a_fifth_of_its_time_it_is_at_twenty_percent(begin: Begin, diary: Diary) -> None:
    for _ in range(3):
        StepTiming.objects.create(step="a", size=1800, seconds=100)
    run = begin(diary.step("a"))
    claim = take(run, "a")
    let_pass(run, seconds=20)
    Part.objects.filter(pk=claim.part_id).update(progress=0.2)
    progress.measure(run.pk)
    run.refresh_from_db()
    assert run.percent == pytest.approx(20, abs=1)
    assert run.remaining == pytest.approx(80, abs=2)
    assert run.early_estimate == pytest.approx(100, abs=3)


def test_measuring_a_run_that_is_over_or_gone_does_nothing(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    ledger.cancel(run)
    assert not progress.measure(run.pk)
    assert not progress.measure(uuid4())
    run.refresh_from_db()
    assert run.percent == 0


def test_measuring_does_not_read_the_results(
    begin: Begin, diary: Diary, django_assert_num_queries: Callable[..., Any]
) -> None:
    """They hold all the words of a meeting, and it happens once a second."""
    run = begin(diary.step("a"), diary.step("b", "a", parts=50))
    do(run, "a", text="x" * 100_000)
    take(run, "b")
    let_pass(run, seconds=1)
    with django_assert_num_queries(4) as queries:  # run, steps, parts, figures
        progress.measure(run.pk)
    heavy = ('"result"', '"before"', '"payload"', '"waveform"')
    assert not [query["sql"] for query in queries if any(name in query["sql"] for name in heavy)]


# --- read


def test_a_snapshot_costs_nothing(begin: Begin, diary: Diary, django_assert_num_queries: Callable[..., Any]) -> None:
    run = Run.objects.get(pk=begin(diary.step("a"), diary.step("b", "a")).pk)
    with django_assert_num_queries(0):
        found = progress.snapshot_of(run)
    assert (found.stage, found.message, found.percentage) == ("A", "Waiting for a free worker", 0)
    assert [stage.state for stage in found.stages] == ["working", "waiting"]


def test_time_goes_on_between_two_measurements_but_not_while_nobody_works(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a", weight=100))
    take(run, "a")
    run.refresh_from_db()
    whole = progress.snapshot_of(run).estimated_remaining
    assert whole is not None
    run.measured_at -= timedelta(seconds=3)
    assert progress.snapshot_of(run).estimated_remaining == pytest.approx(whole - 3, abs=0.5)
    run.measured_at -= timedelta(seconds=30)
    found = progress.snapshot_of(run)
    assert found.estimated_remaining == pytest.approx(whole, abs=0.5)
    assert found.message == "Waiting for a free worker"


@pytest.mark.parametrize(
    ("seconds", "counted"),
    [(3600.0, {"current": 12, "total": 60, "description": "minutes"}),
     (60.0, {"current": 12, "total": 60, "description": "seconds"})],
)  # fmt: skip
def test_minutes_of_the_recording_are_counted(
    new_transcript: Callable[..., Transcript], seconds: float, counted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canned, "SECONDS", seconds)
    run = runs.process(canned.uploaded(new_transcript()))
    canned.work(run, until="transcribe")
    take(run, "transcribe")
    Part.objects.filter(step__run=run, step__name="transcribe").update(progress=0.2 * 1.001)
    let_pass(run, seconds=1)
    progress.measure(run.pk)
    run.refresh_from_db()
    found = progress.snapshot_of(run)
    assert (found.stage, found.message) == ("Transcribing", "Writing down what is said")
    assert found.sub_progress is not None
    assert found.sub_progress.model_dump() == counted


def test_bytes_are_counted_as_the_step_learns_how_many_there_are(new_transcript: Callable[..., Transcript]) -> None:
    run = runs.process(canned.in_pieces(new_transcript()))
    claim = take(run, "gather")
    Part.objects.filter(pk=claim.part_id).update(progress=0.25, amount=480e6)
    let_pass(run, seconds=1)
    progress.measure(run.pk)
    run.refresh_from_db()
    assert run.sub_progress == {"current": 120.0, "total": 480.0, "description": "MB"}


def test_it_says_that_it_is_being_cancelled(begin: Begin, diary: Diary) -> None:
    run = begin(diary.step("a"))
    take(run, "a")
    ledger.cancel(run)
    run.refresh_from_db()
    assert progress.snapshot_of(run).message == "Cancelling"
    assert timezone.now() - run.measured_at < timedelta(seconds=5)
