"""How far a run is: measured by those who work on it, marked by the ledger, and read by every door.

The run's row holds the figures, so that reading them costs nothing. `mark` belongs to the verbs of the ledger and
logs what has changed of the stages; `measure` is the heartbeat's and whispers the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from reflector_site.events import log
from transcripts import events, job_events
from transcripts.enums import RunState, StepState
from transcripts.events import Progress, StageState, TranscriptProgress
from transcripts.job_events import JobCancelled, JobComplete, JobFailed, JobMessage, JobProgress, StageChange
from transcripts.models import Run, Step, Transcript
from transcripts.pipeline import estimate, stages, timings
from transcripts.pipeline.figures import WAITING, Figures, error_of, figures

#: Several workers may be at one run: the figures are this old before they are worked out again.
FRESH = timedelta(seconds=0.9)
#: Nobody is at work on a run whose figures are older.
DESERTED = timedelta(seconds=5)
#: Percent: the estimate made here, if the run is seen here at all, is compared with the truth in the end.
EARLY = range(20, 40)
LEAST_LEFT = 1.0  # seconds that are shown as left as long as it goes on
MEASURED = ("percent", "message", "sub_progress", "remaining", "measured_at", "early_estimate")
MARKED = (*MEASURED, "stage", "stages", "audio_seconds", "stretch", "pauses", "first_estimate", "took")
#: Of the run's transcript: hours of content, which figures do not need.
UNNEEDED = tuple(
    f"transcript__{name}" for name in ("waveform", "long_summary", "summary_citations", "action_items", "engines")
)
F = TypeVar("F", bound=events.Figures)


# --- by the heartbeat


def measure(run_id: uuid.UUID) -> bool:
    """Work out how far the run is and whisper it; False when that has just been done, or the run is over.

    Costs four queries and three or four messages, at most once in FRESH for a run, however many work on it.
    """
    run = (
        Run.objects.filter(pk=run_id, state=RunState.ACTIVE)
        .defer("before", *UNNEEDED)
        .select_related("transcript")
        .first()
    )
    now = timezone.now()
    if run is None or not is_due(run.measured_at):
        return False
    seen = run.measured_at
    _figure(run, figures(run, list(run.steps.all()), now), now)
    values = {name: getattr(run, name) for name in MEASURED}
    # Not under the lock: where a verb or another worker was quicker, theirs are the newer figures.
    unchanged = Run.objects.filter(pk=run_id, state=RunState.ACTIVE, measured_at=seen)
    if not unchanged.update(**values):
        return False
    _whisper(run)
    return True


def is_due(measured_at: datetime | None) -> bool:
    return measured_at is None or timezone.now() - measured_at >= FRESH


def _figure(run: Run, found: Figures, now: datetime) -> None:
    """Put the figures on the run."""
    age = 0.0 if run.measured_at is None else (now - run.measured_at).total_seconds()
    run.remaining = found.left if run.started_at is None else estimate.smooth(run.remaining, age, found.left)
    run.percent = estimate.percent(found.spent, run.remaining, run.percent)
    run.message, run.measured_at = found.message[:300], now
    run.sub_progress = None if found.sub_progress is None else found.sub_progress.model_dump()
    if run.early_estimate is None and int(run.percent) in EARLY:
        run.early_estimate = found.spent + run.remaining


# --- by the verbs of the ledger


def mark(run: Run, *, always: bool = False) -> None:
    """Under the run's lock, once its steps are what they are now: announce what is different of its stages.

    `always` announces even so: a run has begun, or is being cancelled. Takes the transcript's lock before the streams'.
    """
    Transcript.objects.select_for_update().values_list("pk").get(pk=run.transcript_id)
    steps = list(run.steps.all())
    if run.state == RunState.ACTIVE:
        timings.predict(run, steps)
    before = (run.stage, run.stages)
    run.stage, run.stages = _stages(run, steps)
    now = timezone.now()
    found = figures(run, steps, now)
    _figure(run, found, now)
    if run.started_at is not None and run.first_estimate is None:
        run.first_estimate = found.spent + found.left
    if run.state != RunState.ACTIVE:
        _settle(run, found)
    run.save(update_fields=MARKED)
    if always or before != (run.stage, run.stages) or run.state != RunState.ACTIVE:
        _announce(run, error_of(steps))


def _stages(run: Run, steps: Sequence[Step]) -> tuple[str, list[dict[str, str]]]:
    return stages.current(run.plan, steps)[:60], [stage.model_dump() for stage in stages.shown(run.plan, steps)]


def _settle(run: Run, found: Figures) -> None:
    """It is over: nothing is estimated any more, and later runs learn from it."""
    run.took, run.sub_progress = found.spent, None
    run.remaining = 0.0 if run.state == RunState.ENDED else None
    if run.state == RunState.ENDED:
        run.percent = 100
        timings.learn_run(run, chain=found.chain, took=found.spent)


def _announce(run: Run, error: str) -> None:
    now = as_event(Progress, run)
    events.announce(run.transcript, now)
    log.append(job_events.stream_of(run.pk), _job_message(run, now, error))
    transaction.on_commit(lambda: events.whisper_to_lists(run.transcript, _for_lists(run, now)), robust=True)


def _job_message(run: Run, now: Progress, error: str) -> JobMessage:
    match run.state:
        case RunState.ENDED:
            return JobComplete(**dict(now))
        case RunState.FAILED:
            return JobFailed(**dict(now), error=error)
        case RunState.CANCELLED:
            return JobCancelled(**dict(now))
        case _:
            return StageChange(**dict(now))


def _whisper(run: Run) -> None:
    now = as_event(Progress, run)
    log.whisper(run.transcript.stream_key, now)
    log.whisper(job_events.stream_of(run.pk), JobProgress(**dict(now)))
    events.whisper_to_lists(run.transcript, _for_lists(run, now))


def _for_lists(run: Run, now: Progress) -> TranscriptProgress:
    return TranscriptProgress(
        id=run.transcript_id,
        percentage=now.percentage,
        stage=now.stage,
        estimated_remaining=now.estimated_remaining,
    )


# --- by the doors


def snapshot_of(run: Run) -> JobProgress:
    """How far the run is now, as a message of its job. Costs no query, or one for a run of an earlier release."""
    return as_event(JobProgress, run)


def as_event(kind: type[F], run: Run) -> F:
    """The figures on the run's row as an event of that kind."""
    now = timezone.now()
    if not run.stages:  # of an earlier release
        run.stage, run.stages = _stages(run, steps_of(run))
    return kind(
        run_id=run.pk,
        percentage=run.percent,
        stage=run.stage,
        message=_message(run, now),
        sub_progress=run.sub_progress,
        time_elapsed=round(elapsed(run, now), 1),
        estimated_remaining=_remaining(run, now),
        stages=[StageState.model_validate(stage) for stage in run.stages],
    )


def steps_of(run: Run) -> list[Step]:
    return list(run.steps.all())


def elapsed(run: Run, now: datetime) -> float:
    """Seconds since a worker first took it up, or that it took."""
    return 0.0 if run.started_at is None else max(((run.finished_at or now) - run.started_at).total_seconds(), 0.0)


def _remaining(run: Run, now: datetime) -> float | None:
    """Counts down between two measurements, but not while nobody works on it, nor to nothing before the end."""
    if run.remaining is None or run.state != RunState.ACTIVE:
        return run.remaining
    counts = run.started_at is not None and run.measured_at is not None and not deserted(run, now)
    passed = (now - run.measured_at).total_seconds() if counts and run.measured_at else 0.0
    return round(max(run.remaining - passed, LEAST_LEFT), 1)


def _message(run: Run, now: datetime) -> str:
    if (
        run.state == RunState.ACTIVE
        and run.cancel_requested_at is None
        and (run.started_at is None or deserted(run, now))
    ):
        return WAITING
    return run.message or run.stage


def deserted(run: Run, now: datetime) -> bool:
    """Whether a run is under way of which no worker has said anything for some time."""
    return run.measured_at is not None and now - run.measured_at > DESERTED


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One line of the recipe: `message` is what it is doing, or why it failed or was skipped."""

    name: str
    stage: str
    state: StepState
    message: str


def steps(run: Run) -> list[StepProgress]:
    """All steps in the order of the plan. Costs one query, or none where `steps` are prefetched."""
    return [
        StepProgress(step.name, stages.stage_of(run.plan, step.name), StepState(step.state), step.message)
        for step in run.steps.all()
    ]


def history(run: Run) -> Sequence[stages.StagePast]:
    return stages.history(run.plan, steps_of(run))


def error(run: Run) -> str:
    """Why the run failed; empty where it did not."""
    return error_of(steps_of(run))
