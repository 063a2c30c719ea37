"""Where a transcript stands, in words: its status, and the stages of its newest run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from transcripts.domain.languages import language_name
from transcripts.domain.recording import recording_since
from transcripts.enums import RunState, StepState, TranscriptStatus
from transcripts.events import StageState
from transcripts.job_events import JobProgress
from transcripts.models import Run, Transcript
from transcripts.pipeline import progress
from transcripts.pipeline.figures import WAITING

WORDS = {
    TranscriptStatus.IDLE: "Upload not finished",
    TranscriptStatus.UPLOADED: "Not processed yet",
    TranscriptStatus.RECORDING: "Recording",
    TranscriptStatus.PROCESSING: "Processing",
    TranscriptStatus.ENDED: "Finished",
    TranscriptStatus.ERROR: "Failed",
}
ICONS = {
    TranscriptStatus.IDLE: "upload",
    TranscriptStatus.UPLOADED: "pause",
    TranscriptStatus.RECORDING: "record",
    TranscriptStatus.PROCESSING: "working",
    TranscriptStatus.ENDED: "done",
    TranscriptStatus.ERROR: "failed",
}


STAGE_ICONS = {
    "waiting": "waiting",
    "working": "working",
    "done": "done",
    "skipped": "skipped",
    "failed": "failed",
    "cancelled": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the list that shows how far it is; `state` as in events.StageState."""

    name: str
    state: str
    icon: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the pages say about a transcript's processing."""

    icon: str
    words: str
    recording: bool = False
    since: datetime | None = None  # when the first sound of what is being recorded came
    working: bool = False
    cancelling: bool = False
    cancelled: bool = False  # the last run was
    now: JobProgress | None = None  # the figures, while it works
    notes: Sequence[str] = ()  # why optional steps were skipped
    remark: str = ""  # how its last translation ended, where that was not well
    again: str = ""  # the language of a translation that failed
    stages: Sequence[Stage] = ()


def standing_in_list(transcript: Transcript, run: Run | None, *, recording_since: datetime | None) -> Standing:
    """`run` is the active one; None when there is none."""
    if run is None:
        return _resting(transcript, TranscriptStatus(transcript.status), recording_since)
    return _at_work(run, progress.snapshot_of(run))


def _resting(transcript: Transcript, status: TranscriptStatus, since: datetime | None = None) -> Standing:
    """Of one that nobody works on."""
    if status == TranscriptStatus.RECORDING:
        words = WORDS[status] if since else "Waiting for sound"
        return Standing(icon=ICONS[status], words=words, recording=True, since=since)
    if status == TranscriptStatus.IDLE and transcript.source_url:
        return Standing(icon="pause", words="Not imported")
    return Standing(icon=ICONS[status], words=WORDS[status])


def standing(transcript: Transcript, run: Run | None, translation: Run | None = None) -> Standing:
    """`run` is its newest processing, with its steps at hand; `translation` one that is newer than that."""
    if translation is None:
        return _standing(transcript, run)
    language = language_name(translation.language)
    if translation.state == RunState.ACTIVE:
        working = _at_work(translation, progress.snapshot_of(translation))
        waits = translation.started_at is None or working.cancelling
        return working if waits else replace(working, words=f"Translating into {language}")
    before = replace(_standing(transcript, run), cancelled=False)
    if translation.state == RunState.FAILED:
        remark = f"The translation into {language} failed. {progress.error(translation)}"
        return replace(before, remark=remark, again=translation.language)
    if translation.state == RunState.CANCELLED:
        remark = f"The translation into {language} was cancelled. What was there before is still there."
        return replace(before, remark=remark)
    return before


def _standing(transcript: Transcript, run: Run | None) -> Standing:
    status = TranscriptStatus(transcript.status)
    if status == TranscriptStatus.RECORDING:
        return _resting(transcript, status, recording_since(transcript))
    if run is None:
        return _resting(transcript, status)
    notes = [step.message for step in run.steps.all() if step.state == StepState.SKIPPED and step.message]
    now = progress.snapshot_of(run)
    # The transcript was read before the run, which may have ended in between: the page will hear of it and read again.
    if run.state != RunState.ACTIVE and status != TranscriptStatus.PROCESSING:
        resting = _resting(transcript, status)
        cancelled = run.state == RunState.CANCELLED
        return replace(resting, cancelled=cancelled, notes=notes, stages=_stages(now.stages))
    return _at_work(run, now, notes)


def _at_work(run: Run, now: JobProgress, notes: Sequence[str] = ()) -> Standing:
    cancelling = run.cancel_requested_at is not None
    return Standing(
        icon="working",
        words="Cancelling" if cancelling else _headline(run, now),
        working=True,
        cancelling=cancelling,
        now=now,
        notes=notes,
        stages=_stages(now.stages),
    )


def _headline(run: Run, now: JobProgress) -> str:
    return WAITING if run.started_at is None else now.stage


def _stages(stages: Sequence[StageState]) -> list[Stage]:
    return [Stage(stage.name, stage.state, STAGE_ICONS[stage.state]) for stage in stages]
