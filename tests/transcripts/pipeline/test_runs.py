"""process, from_step, carry-over, requeue: what is done again, and with what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consent import vault
from consent.models import AudioKind, AudioObject
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import fail, let_lapse, parts_of, states, step_of, take
from transcripts.domain.delete import delete_transcript
from transcripts.enums import PartState, RunState, TranscriptStatus
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import ledger, runs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("erasing")]

ALL = canned.STEPS
FROM_TOPICS = ["topics", "title", "summary", "check", "finish"]


@pytest.fixture
def erasing(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests run inside one transaction that never commits; nothing is rung."""
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


@pytest.fixture
def uploaded(transcript: Transcript) -> Transcript:
    return canned.uploaded(transcript)


@pytest.fixture
def ended(uploaded: Transcript) -> Transcript:
    """A transcript that has been processed from end to end."""
    canned.work(runs.process(uploaded))
    uploaded.refresh_from_db()
    assert uploaded.status == TranscriptStatus.ENDED
    return uploaded


def holds(transcript: Transcript) -> dict[str, Any]:
    """What people see of it."""
    found = Transcript.objects.get(pk=transcript.pk)
    return {
        "status": found.status,
        "error": found.error,
        "title": found.title,
        "short": found.short_summary,
        "items": found.action_items,
        "words": " ".join(utterance.text for utterance in found.utterances.all()),
        "topics": list(found.topics.values_list("id", "title")),
        "covered": [utterance.topic_id for utterance in found.utterances.all()],
        "engines": found.engines,
        "audio": sorted(live(transcript)),
    }


def live(transcript: Transcript) -> list[str]:
    return list(AudioObject.objects.live().filter(transcript_id=transcript.pk).values_list("kind", flat=True))


# --- from the beginning


def test_a_run_does_every_step_once_and_ends(uploaded: Transcript) -> None:
    run = runs.process(uploaded)
    assert sorted(canned.work(run)) == sorted(ALL)
    assert set(states(run).values()) == {"done"}
    found = holds(uploaded)
    assert (found["status"], found["error"]) == ("ended", "")
    assert found["title"] == "A meeting about the budget"
    assert found["words"].split() == [f"word{n}" for n in range(60)]
    assert found["audio"] == ["playback", "upload"]
    assert None not in found["covered"]


def test_pieces_are_put_together_first(transcript: Transcript) -> None:
    run = runs.process(canned.in_pieces(transcript))
    assert canned.work(run)[:2] == ["gather", "probe"]
    assert holds(transcript)["audio"] == ["playback", "upload"]


def test_without_audio_nothing_begins(transcript: Transcript) -> None:
    with pytest.raises(runs.NotPossible, match="Recording is not ready for processing"):
        runs.process(transcript)
    assert not transcript.runs.exists()


def test_a_locked_transcript_is_not_processed(uploaded: Transcript) -> None:
    Transcript.objects.filter(pk=uploaded.pk).update(locked=True)
    with pytest.raises(runs.NotPossible, match="Recording is locked"):
        runs.process(uploaded)


def test_a_second_run_is_refused_while_the_first_is_active(uploaded: Transcript) -> None:
    runs.process(uploaded)
    with pytest.raises(runs.AlreadyRunning, match="already running"):
        runs.process(uploaded)
    assert uploaded.runs.count() == 1


def test_it_is_refused_too_while_a_cancel_waits_for_a_worker(uploaded: Transcript) -> None:
    run = runs.process(uploaded)
    take(run, "probe")
    runs.cancel(uploaded)
    with pytest.raises(runs.AlreadyRunning):
        runs.process(uploaded)


@pytest.mark.parametrize("before", ["never", "ended"])
def test_an_unknown_step_is_refused_by_name(request: pytest.FixtureRequest, uploaded: Transcript, before: str) -> None:
    if before == "ended":
        request.getfixturevalue("ended")
    with pytest.raises(runs.NotPossible, match=r"There is no step 'sumary'\. Choose one of: gather, probe, read"):
        runs.process(uploaded, from_step="sumary")


# --- again


def test_after_an_end_everything_is_done_anew(ended: Transcript) -> None:
    run = runs.process(ended)
    assert sorted(canned.work(run)) == sorted(ALL)
    assert holds(ended)["audio"] == ["playback", "upload"]


def test_what_was_found_stays_to_be_read_while_it_is_done_anew(ended: Transcript) -> None:
    before = holds(ended)
    run = runs.process(ended)
    canned.work(run, until="read")
    during = holds(ended)
    assert during["status"] == "processing"
    assert {key: during[key] for key in ("title", "words", "topics")} == {
        key: before[key] for key in ("title", "words", "topics")
    }


def test_from_a_step_it_and_what_needs_it_is_done(ended: Transcript) -> None:
    run = runs.process(ended, from_step="topics")
    run.refresh_from_db()
    assert run.percent < 50  # of its own time: what is carried over takes none
    assert sorted(canned.work(run)) == sorted(FROM_TOPICS)
    assert [step.name for step in run.steps.all() if not step.carried] == FROM_TOPICS
    assert holds(ended)["status"] == "ended"
    assert holds(ended)["words"].split() == [f"word{n}" for n in range(60)]


def test_results_are_carried_over_with_their_parts(ended: Transcript) -> None:
    first = ended.runs.get()
    run = runs.process(ended, from_step="align")
    for name in ("gather", "probe", "read", "prepare", "transcribe", "diarize", "playback"):
        assert [part.result for part in parts_of(run, name)] == [part.result for part in parts_of(first, name)]
        assert step_of(run, name).carried


def test_the_lane_is_kept_when_the_length_is_known(ended: Transcript) -> None:
    Run.objects.filter(transcript=ended).update(lane="long")
    run = runs.process(ended, from_step="topics")
    assert run.lane == "long"
    assert {part.lane for part in parts_of(run, "topics")} == {"long"}


@pytest.mark.parametrize("step", ["transcribe", "diarize"])
def test_engine_audio_that_was_erased_is_made_again(ended: Transcript, step: str) -> None:
    run = runs.process(ended, from_step=step)
    again = canned.work(run)
    assert "read" in again
    assert "transcribe" in again
    assert "probe" not in again
    assert "playback" not in again
    assert holds(ended)["status"] == "ended"


def test_after_a_failure_it_goes_on_from_what_failed(uploaded: Transcript) -> None:
    first = runs.process(uploaded)
    canned.work(first, until="summary")
    fail(first, "summary", message="The language service is down.")
    canned.work(first)
    assert holds(uploaded)["status"] == "error"
    assert holds(uploaded)["error"] == "The language service is down."
    assert holds(uploaded)["words"]

    run = runs.process(uploaded)
    assert run.transcript.error == ""
    assert sorted(canned.work(run)) == ["check", "finish", "summary"]
    assert (holds(uploaded)["status"], holds(uploaded)["error"]) == ("ended", "")
    assert holds(uploaded)["audio"] == ["playback", "upload"]


def test_after_a_failure_the_engine_audio_is_still_there(uploaded: Transcript) -> None:
    first = runs.process(uploaded)
    canned.work(first, until="transcribe")
    fail(first, "transcribe")
    canned.work(first)
    run = runs.process(uploaded)
    assert "read" not in canned.work(run)
    assert holds(uploaded)["status"] == "ended"


def test_a_skipped_step_stays_skipped_until_it_is_asked_for(uploaded: Transcript) -> None:
    first = runs.process(uploaded)
    canned.work(first, until="diarize")
    fail(first, "diarize")
    canned.work(first, until="title")
    fail(first, "title")
    canned.work(first)
    assert states(runs.process(uploaded))["diarize"] == "skipped"


def test_text_can_be_worked_on_when_the_audio_is_gone(ended: Transcript) -> None:
    vault.request_erasure(AudioObject.objects.filter(transcript_id=ended.pk))
    with pytest.raises(runs.NotPossible, match="not ready"):
        runs.process(ended)
    with pytest.raises(runs.NotPossible, match="not ready"):
        runs.process(ended, from_step="transcribe")
    run = runs.process(ended, from_step="summary")
    assert sorted(canned.work(run)) == ["check", "finish", "summary"]


@pytest.mark.parametrize("step", ALL)
def test_from_every_step_a_complete_transcript_comes_out(ended: Transcript, step: str) -> None:
    canned.work(runs.process(ended, from_step=step))
    found = holds(ended)
    assert found["status"] == "ended"
    assert found["title"] == "A meeting about the budget"
    assert len(found["words"].split()) == 60
    assert found["topics"]
    assert None not in found["covered"]
    assert found["audio"] == ["playback", "upload"]
    assert vault.find(ended.pk, AudioKind.ENGINE) is None


# --- requeue


def test_requeue_takes_up_what_failed(uploaded: Transcript) -> None:
    first = runs.process(uploaded)
    fail(first, "probe")
    run = runs.requeue(uploaded)
    assert run.pk != first.pk
    assert run.state == RunState.ACTIVE


def test_requeue_rings_again_for_what_waits(
    uploaded: Transcript, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    rung: list[list[tuple[int, str]]] = []
    monkeypatch.setattr("transcripts.pipeline.bell._send", rung.append)
    run = runs.process(uploaded)
    fail(run, "probe", permanent=False)
    with django_capture_on_commit_callbacks(execute=True):
        assert runs.requeue(uploaded) == run
    part = parts_of(run, "probe")[0]
    assert part.not_before is None
    assert [(part.pk, "short")] in rung


def test_requeue_puts_back_what_a_dead_worker_held(uploaded: Transcript) -> None:
    run = runs.process(uploaded)
    let_lapse(take(run, "probe"))
    runs.requeue(uploaded)
    assert parts_of(run, "probe")[0].state == PartState.READY
    assert ledger.claim(parts_of(run, "probe")[0].pk, worker="other:1") is not None


def test_requeue_leaves_a_busy_worker_alone(uploaded: Transcript) -> None:
    run = runs.process(uploaded)
    claim = take(run, "probe")
    runs.requeue(uploaded)
    ledger.finish(claim, canned.result(claim))
    assert states(run)["probe"] == "done"


# --- deleted


def test_deleting_takes_its_runs_along(uploaded: Transcript) -> None:
    run = runs.process(uploaded)
    canned.work(run, until="transcribe")
    take(run, "transcribe")
    delete_transcript(uploaded)
    assert not Run.objects.exists()
    assert not Part.objects.exists()
    assert not AudioObject.objects.filter(erase_wanted_at=None).exists()
