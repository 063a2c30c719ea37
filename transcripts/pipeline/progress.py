"""How far a run is, in the words that people see: stages and steps, for the API and the pages."""

from __future__ import annotations

from dataclasses import dataclass

from transcripts.enums import RunState, StepState
from transcripts.models import Run
from transcripts.pipeline.plans import PLANS


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One line of the recipe: `message` is what it is doing, or why it failed or was skipped."""

    name: str
    stage: str
    state: StepState
    message: str


def steps(run: Run) -> list[StepProgress]:
    """All steps in the order of the plan. Costs one query, or none where `steps` are prefetched."""
    stages = {planned.name: planned.stage for planned in PLANS[run.plan].steps}
    return [
        StepProgress(
            name=step.name,
            stage=stages.get(step.name, step.name.capitalize()),  # a run of an earlier release may have other steps
            state=StepState(step.state),
            message=step.message,
        )
        for step in run.steps.all()
    ]


def stage(run: Run) -> str:
    """What is being done, such as "Transcribing": for a run that is over, where it ended."""
    found = steps(run)
    if run.state != RunState.ENDED:
        for state in (StepState.FAILED, StepState.OPEN, StepState.CANCELLED, StepState.WAITING):
            if current := next((step for step in found if step.state == state), None):
                return current.stage
    return found[-1].stage if found else ""


def error(run: Run) -> str:
    """Why the run failed; empty where it did not."""
    return next((step.message for step in steps(run) if step.state == StepState.FAILED), "")
