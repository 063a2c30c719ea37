"""The stages that people see: which there are, where each stands, and when it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from transcripts.enums import StepState
from transcripts.events import StageName, StageState
from transcripts.models import Step
from transcripts.pipeline.plans import PLANS, look_up

OVER = frozenset({StepState.DONE, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class StagePast:
    """A stage with its history. Times are of this run: None for what it has not begun, or took over from another."""

    name: str
    state: StageName
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None


def stage_of(plan_name: str, step_name: str) -> str:
    """The stage of a step; its own name where a run of another release has steps that nobody knows here."""
    planned = look_up(plan_name, step_name)
    return step_name.capitalize() if planned is None else planned.stage


def current(plan_name: str, steps: Sequence[Step]) -> str:
    """The furthest stage that waits for nothing of an earlier one; it never goes back within a run.

    Steps of other stages may be at work beside it: speakers are told apart while the words are still being written
    down, and the stage is "Transcribing" until that is done.
    """
    groups = _by_stage(plan_name, steps)
    needed = PLANS[plan_name].needed_before() if plan_name in PLANS else {}
    states = {step.name: StepState(step.state) for step in steps}
    entered = [name for name in groups if all(states.get(n, StepState.DONE) in OVER for n in needed.get(name, ()))]
    return entered[-1] if entered else next(iter(groups), "")


def shown(plan_name: str, steps: Sequence[Step]) -> list[StageState]:
    return [StageState(name=name, state=_together(group)) for name, group in _by_stage(plan_name, steps).items()]


def history(plan_name: str, steps: Sequence[Step]) -> list[StagePast]:
    """Every stage with its times, in the order of the plan. Where stages overlap, so do their times."""
    return [_past(name, group) for name, group in _by_stage(plan_name, steps).items()]


def _past(name: str, group: Sequence[Step]) -> StagePast:
    state = _together(group)
    own = [step for step in group if not step.carried]
    started = min(_times(step.started_at for step in own), default=None)
    finished = None
    if started is not None and state not in ("waiting", "working"):
        finished = max(_times(step.finished_at for step in own), default=None)
    seconds = None if started is None or finished is None else max((finished - started).total_seconds(), 0.0)
    return StagePast(name, state, started, finished, seconds)


def _times(times: Iterable[datetime | None]) -> list[datetime]:
    return [time for time in times if time is not None]


def _by_stage(plan_name: str, steps: Sequence[Step]) -> Mapping[str, list[Step]]:
    groups: dict[str, list[Step]] = {}
    for step in sorted(steps, key=lambda step: step.position):
        groups.setdefault(stage_of(plan_name, step.name), []).append(step)
    return groups


def _together(group: Sequence[Step]) -> StageName:
    """The state of a stage from those of its steps."""
    states = {StepState(step.state) for step in group}
    if StepState.FAILED in states:
        return "failed"
    if StepState.CANCELLED in states:
        return "cancelled"
    if states == {StepState.SKIPPED} or StepState.BLOCKED in states:
        return "skipped"
    if states <= OVER:
        return "done"
    return "working" if StepState.OPEN in states or any(map(_worked_on, group)) else "waiting"


def _worked_on(step: Step) -> bool:
    """Whether this run has done something for it; a step with nothing to do is over at once and shows nothing."""
    return step.started_at is not None and not step.carried
