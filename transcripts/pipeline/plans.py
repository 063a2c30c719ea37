"""The recipes, read top to bottom: what happens to a recording, in which order, and what each step needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from transcripts.enums import Lane
from transcripts.pipeline.steps import (
    actions,
    align,
    check,
    describe,
    diarize,
    fetch,
    finish,
    gather,
    playback,
    prepare,
    probe,
    read,
    resolve,
    summary,
    title,
    topics,
    transcribe,
    translate,
)
from transcripts.pipeline.steps.base import StepWork

ADDRESS = "Checking the address"
DESCRIPTION = "Reading its description"
FETCHING = "Fetching"
READING = "Reading the file"
TRANSCRIBING = "Transcribing"
SPEAKERS = "Identifying speakers"
TOPICS = "Finding topics"
SUMMARIZING = "Summarizing"
CHECKING = "Checking"
TRANSLATING = "Translating"
COMPLETE = "Complete"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One line of a recipe.

    `weight` is a first guess of how long it takes, until that is learnt. A part may take `seconds` plus
    `per_audio_second` for each second of the recording. An optional step that cannot succeed is skipped; a required
    one fails the run.
    """

    name: str
    work: StepWork
    needs: tuple[str, ...]
    stage: str
    weight: float
    seconds: float = 300
    per_audio_second: float = 0
    attempts: int = 3
    optional: bool = False
    lane: Lane | None = None  # None: the lane of the run


@dataclass(frozen=True, slots=True)
class Plan:
    """`beside`: it adds to a finished transcript, which stays as it is meanwhile.

    Its status is left alone, a failure of the run is none of the transcript, and a cancel has nothing to put back,
    because such a plan writes what it found in its last step and not before.
    """

    name: str
    steps: tuple[PlannedStep, ...]
    beside: bool = False

    def __post_init__(self) -> None:
        known: set[str] = set()
        for step in self.steps:
            if step.name in known:
                raise ValueError(f"Plan {self.name}: step {step.name} is declared twice.")
            if missing := set(step.needs) - known:
                raise ValueError(f"Plan {self.name}: {step.name} needs {missing}, which must stand above it.")
            known.add(step.name)

    def __getitem__(self, name: str) -> PlannedStep:
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(f"Plan {self.name} has no step {name!r}; it has {', '.join(self.names())}.")

    def names(self) -> list[str]:
        return [step.name for step in self.steps]

    def stages(self) -> list[str]:
        """In the order in which the plan first names them."""
        return list(dict.fromkeys(step.stage for step in self.steps))

    def needed_before(self) -> dict[str, set[str]]:
        """For each stage the steps of earlier stages that must be over before it can be the current one."""
        order = self.stages()
        needed: dict[str, set[str]] = {stage: set() for stage in order}
        for step in self.steps:
            for name in self._all_needs(step.name):
                if order.index(self[name].stage) < order.index(step.stage):
                    needed[step.stage].add(name)
        return needed

    def _all_needs(self, name: str) -> set[str]:
        needs = set(self[name].needs)
        return needs.union(*(self._all_needs(need) for need in needs))

    def from_here(self, names: set[str]) -> set[str]:
        """Those steps and all that need what they make, directly or not."""
        chosen = set(names)
        for step in self.steps:
            if chosen & set(step.needs):
                chosen.add(step.name)
        return chosen

    def instead_of(self, name: str, by: str) -> tuple[PlannedStep, ...]:
        """Its steps without `name`; those that needed it need `by`, of another plan."""
        return tuple(
            replace(step, needs=tuple(by if need == name else need for need in step.needs))
            for step in self.steps
            if step.name != name
        )


FILE = Plan(
    "file",
    (
        PlannedStep("gather", gather.WORK, (), READING, 1, seconds=3600),
        PlannedStep("probe", probe.WORK, ("gather",), READING, 1, lane=Lane.SHORT),
        PlannedStep("read", read.WORK, ("probe",), READING, 6, seconds=600, per_audio_second=0.5),
        PlannedStep("prepare", prepare.WORK, ("probe",), TRANSCRIBING, 1, seconds=4 * 3600),
        PlannedStep("transcribe", transcribe.WORK, ("read", "prepare"), TRANSCRIBING, 60, per_audio_second=15),
        PlannedStep("diarize", diarize.WORK, ("read",), SPEAKERS, 12, per_audio_second=6, optional=True),
        PlannedStep("playback", playback.WORK, ("probe",), READING, 6, seconds=600, per_audio_second=0.5),
        PlannedStep("align", align.WORK, ("transcribe", "diarize"), SPEAKERS, 1),
        PlannedStep("topics", topics.WORK, ("align",), TOPICS, 6, seconds=1800),
        PlannedStep("title", title.WORK, ("topics",), SUMMARIZING, 2, seconds=1800),
        PlannedStep("summary", summary.WORK, ("topics",), SUMMARIZING, 4, seconds=3600),
        PlannedStep("actions", actions.WORK, ("align",), SUMMARIZING, 2, seconds=3600),
        # Optional: a transcript that could not be checked is worth more than none. Its page says that it was not.
        PlannedStep("check", check.WORK, ("title", "summary", "actions"), CHECKING, 1, seconds=600, optional=True),
        PlannedStep("finish", finish.WORK, ("playback", "check"), COMPLETE, 1),
    ),
)

LINK = Plan(
    "link",
    (
        PlannedStep("resolve", resolve.WORK, (), ADDRESS, 1, seconds=600, lane=Lane.SHORT),
        PlannedStep("describe", describe.WORK, ("resolve",), DESCRIPTION, 1, seconds=600, lane=Lane.SHORT),
        PlannedStep("fetch", fetch.WORK, ("describe",), FETCHING, 12, seconds=25 * 3600),
        *FILE.instead_of("gather", "fetch"),
    ),
)

TRANSLATE = Plan(
    "translate",
    (PlannedStep("translate", translate.WORK, (), TRANSLATING, 30, seconds=3600, attempts=5),),
    beside=True,
)

PLANS: dict[str, Plan] = {plan.name: plan for plan in (FILE, LINK, TRANSLATE)}


def works_beside(plan: str) -> bool:
    """Whether runs of this plan leave the transcript as it is until they are done; not those of another release."""
    found = PLANS.get(plan)
    return found is not None and found.beside


def look_up(plan: str, step: str) -> PlannedStep | None:
    """The line of a recipe; None for a run of another release, whose plan or step is not known here."""
    found = PLANS.get(plan)
    return found[step] if found is not None and step in found.names() else None
