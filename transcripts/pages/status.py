"""Where a transcript stands, in words: its status, and the stages of its newest run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transcripts.enums import RunState, StepState, TranscriptStatus
from transcripts.models import Run, Step, Transcript
from transcripts.pipeline.plans import PLANS, Plan

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


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the list that shows how far it is. `state`: waiting, working, done, skipped or failed."""

    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the pages say about a transcript's processing."""

    icon: str
    words: str
    working: bool = False
    cancelling: bool = False
    percent: int = 0
    messages: Sequence[str] = ()  # what the open steps are doing, where they say more than their stage
    notes: Sequence[str] = ()  # why optional steps were skipped
    stages: Sequence[Stage] = ()


def standing_in_list(transcript: Transcript, percent: float | None) -> Standing:
    """`percent` is that of the active run; None when there is none."""
    status = TranscriptStatus(transcript.status)
    if percent is None:
        return Standing(icon=ICONS[status], words=WORDS[status])
    words = "Waiting for a free worker" if status == TranscriptStatus.UPLOADED else WORDS[status]
    return Standing(icon="working", words=words, working=True, percent=int(percent))


def standing(transcript: Transcript, run: Run | None) -> Standing:
    """`run` is the newest one, with its steps at hand."""
    status = TranscriptStatus(transcript.status)
    if run is None:
        return Standing(icon=ICONS[status], words=WORDS[status])
    steps = list(run.steps.all())
    stages = _stages(PLANS[run.plan], steps)
    notes = [step.message for step in steps if step.state == StepState.SKIPPED and step.message]
    # The transcript was read before the run, which may have ended in between: then the page asks once more.
    if run.state != RunState.ACTIVE and status != TranscriptStatus.PROCESSING:
        return Standing(icon=ICONS[status], words=WORDS[status], notes=notes, stages=stages)
    cancelling = run.cancel_requested_at is not None
    return Standing(
        icon="working",
        words="Cancelling" if cancelling else _headline(run, stages),
        working=True,
        cancelling=cancelling,
        percent=int(run.percent),
        messages=[step.message for step in steps if step.state == StepState.OPEN and step.message],
        notes=notes,
        stages=stages,
    )


def _headline(run: Run, stages: Sequence[Stage]) -> str:
    """The last of the stages at work: steps run side by side, and the furthest one tells most."""
    if run.started_at is None:
        return "Waiting for a free worker"
    return next(
        (stage.name for stage in reversed(stages) if stage.state == "working"), WORDS[TranscriptStatus.PROCESSING]
    )


def _stages(plan: Plan, steps: Sequence[Step]) -> list[Stage]:
    states: dict[str, list[StepState]] = {}
    for step in steps:
        states.setdefault(plan[step.name].stage, []).append(StepState(step.state))
    return [Stage(name, _together(found)) for name, found in states.items()]


def _together(states: Sequence[StepState]) -> str:
    """The state of a stage from those of its steps."""
    if StepState.FAILED in states:
        return "failed"
    if set(states) == {StepState.SKIPPED}:
        return "skipped"
    if set(states) <= {StepState.DONE, StepState.SKIPPED}:
        return "done"
    return "working" if StepState.OPEN in states else "waiting"
