"""How far a run is, worked out from its steps and parts: what is spent, what is left, and what it is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from transcripts.enums import PartState, RunState, StepState
from transcripts.events import SubProgress
from transcripts.models import Part, Run, Step
from transcripts.pipeline import estimate, stages
from transcripts.pipeline.estimate import Interval, Work
from transcripts.pipeline.plans import look_up
from transcripts.pipeline.steps.base import BYTES, MINUTES

WAITING = "Waiting for a free worker"
#: Shorter recordings are counted in seconds.
COUNT_MINUTES_FROM = 300.0


@dataclass
class Parts:
    """The parts of one step, added up. `amount` and `done` are in the step's own unit."""

    count: int = 0
    finished: int = 0
    amount: float = 0.0
    done: float = 0.0
    running: bool = False
    intervals: list[Interval] = field(default_factory=list)

    @property
    def share(self) -> float:
        return min(self.done / self.amount, 1.0) if self.amount > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    spent: float  # seconds in which somebody worked on it
    left: float
    chain: float  # the longest chain of what is done, in seconds
    message: str
    sub_progress: SubProgress | None


def figures(run: Run, steps: Sequence[Step], now: datetime) -> Figures:
    """Costs one query; `steps` are those of the run, with what they are expected to take."""
    parts = _parts(run, now)
    works = [_work(run, step, parts.get(step.pk, Parts())) for step in steps]
    focus = _focus(run, steps, parts)
    counted = None if focus is None else _count(run, focus, parts[focus.pk])
    return Figures(
        spent=estimate.busy(interval for found in parts.values() for interval in found.intervals),
        left=estimate.remaining(works, stretch=run.stretch, pauses=run.pauses),
        chain=estimate.as_done(works),
        message=_message(run, steps, focus),
        sub_progress=counted,
    )


def _parts(run: Run, now: datetime) -> dict[int, Parts]:
    by_step: dict[int, Parts] = {}
    rows = Part.objects.filter(step__run=run)  # not their results: hours of words, once a second
    for step_id, state, progress, amount, started, finished in rows.values_list(
        "step_id", "state", "progress", "amount", "started_at", "finished_at"
    ):
        parts = by_step.setdefault(step_id, Parts())
        parts.count += 1
        parts.finished += state == PartState.DONE
        parts.amount += amount
        parts.done += amount * (1.0 if state == PartState.DONE else progress)
        parts.running |= state == PartState.RUNNING
        end = now if state == PartState.RUNNING else finished
        if started is not None and end is not None:
            parts.intervals.append((started.timestamp(), end.timestamp()))
    return by_step


def _work(run: Run, step: Step, parts: Parts) -> Work:
    planned = look_up(run.plan, step.name)
    return Work(
        name=step.name,
        needs=() if planned is None else planned.needs,
        expected=step.expected,
        learnt=step.learnt,
        over=step.state not in (StepState.WAITING, StepState.OPEN),
        share=parts.share,
        spent=estimate.busy(parts.intervals),
    )


def _focus(run: Run, steps: Sequence[Step], parts: dict[int, Parts]) -> Step | None:
    """The step of which people are told: at work now, of the current stage where one of it is."""
    current = stages.current(run.plan, steps)
    at_work = [step for step in steps if step.state == StepState.OPEN and step.pk in parts and parts[step.pk].running]
    own = [step for step in at_work if stages.stage_of(run.plan, step.name) == current]
    return next(iter(own or at_work), None)


def _count(run: Run, step: Step, parts: Parts) -> SubProgress | None:
    """How far the step is in what it counts."""
    planned = look_up(run.plan, step.name)
    counts = "" if planned is None else planned.work.counts
    if counts == MINUTES:
        return _minutes(parts.share, run.audio_seconds or 0)
    if counts == BYTES:
        # The amount is 1 until the step has said how many bytes there are.
        return (
            SubProgress(current=_mega(parts.done), total=_mega(parts.amount), description="MB")
            if parts.amount > 1
            else None
        )
    if counts:
        return SubProgress(current=parts.finished, total=parts.count, description=counts)
    return None


def _minutes(share: float, seconds: float) -> SubProgress | None:
    if seconds <= 0:
        return None
    size, unit = (60, "minutes") if seconds >= COUNT_MINUTES_FROM else (1, "seconds")
    total = round(seconds / size)
    return SubProgress(current=min(int(share * seconds / size), total), total=total, description=unit)


def _mega(count: float) -> float:
    return round(count / 1e6, 1)


def _message(run: Run, steps: Sequence[Step], focus: Step | None) -> str:
    """What it is doing or how it ended, in words."""
    if run.state != RunState.ACTIVE or run.cancel_requested_at is not None or run.started_at is None:
        return _standing(run, steps)
    if focus is None:
        return stages.current(run.plan, steps)
    planned = look_up(run.plan, focus.name)
    doing = "" if planned is None else planned.work.doing
    return focus.message or doing or stages.stage_of(run.plan, focus.name)


def _standing(run: Run, steps: Sequence[Step]) -> str:
    if run.state == RunState.FAILED:
        return error_of(steps) or "Failed"
    if run.state == RunState.ENDED:
        return "Complete"
    if run.state == RunState.CANCELLED:
        return "Cancelled"
    return WAITING if run.cancel_requested_at is None else "Cancelling"


def error_of(steps: Sequence[Step]) -> str:
    """Why the run failed; empty where it did not."""
    return next((step.message for step in steps if step.state == StepState.FAILED), "")
