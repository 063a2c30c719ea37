"""The stages that people see, from the steps of any plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from transcripts.enums import StepState
from transcripts.models import Step
from transcripts.pipeline import plans, stages
from transcripts.pipeline.plans import FILE, Plan, PlannedStep
from transcripts.pipeline.steps.base import StepWork

WORK = StepWork(lambda context: {})
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def fetching(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Another plan: what is fetched is described beside it, and checked in the end."""
    plan = Plan(
        "fetching",
        (
            PlannedStep("look", WORK, (), "Checking the address", 1),
            PlannedStep("describe", WORK, ("look",), "Reading its description", 1),
            PlannedStep("fetch", WORK, ("look",), "Fetching", 1),
            PlannedStep("read", WORK, ("fetch",), "Reading the file", 1),
            PlannedStep("check", WORK, ("describe", "read"), "Checking", 1),
        ),
    )
    monkeypatch.setitem(plans.PLANS, plan.name, plan)
    return plan


def steps(plan: Plan, **states: StepState) -> list[Step]:
    return [
        Step(name=step.name, position=position, state=states.get(step.name, StepState.WAITING))
        for position, step in enumerate(plan.steps)
    ]


def done_until(plan: Plan, name: str) -> dict[str, StepState]:
    names = plan.names()
    return dict.fromkeys(names[: names.index(name)], StepState.DONE)


def test_stages_come_in_the_order_in_which_the_plan_names_them(fetching: Plan) -> None:
    assert fetching.stages() == [
        "Checking the address", "Reading its description", "Fetching", "Reading the file", "Checking",
    ]  # fmt: skip
    assert FILE.stages()[:3] == ["Reading the file", "Transcribing", "Identifying speakers"]
    assert FILE.stages()[-1] == "Complete"


def test_speakers_are_identified_beside_the_transcription_but_it_is_transcribing() -> None:
    at_work = done_until(FILE, "transcribe") | {"transcribe": StepState.OPEN, "diarize": StepState.OPEN}
    assert stages.current("file", steps(FILE, **at_work)) == "Transcribing"
    later = at_work | {"transcribe": StepState.DONE}
    assert stages.current("file", steps(FILE, **later)) == "Identifying speakers"


def test_the_audio_for_the_player_does_not_hold_the_stage_back() -> None:
    states = dict.fromkeys(FILE.names(), StepState.DONE) | {"playback": StepState.OPEN, "finish": StepState.WAITING}
    found = steps(FILE, **states)
    assert FILE.stages().index(stages.current("file", found)) > FILE.stages().index("Finding topics")
    assert stages.shown("file", found)[0].model_dump() == {"name": "Reading the file", "state": "working"}


def every_order(plan: Plan, states: dict[str, StepState], depth: int = 0) -> Iterator[list[str]]:
    """The current stage after each step, for orders in which the steps of a plan may end; a few for each fork."""
    ready = [s.name for s in plan.steps if s.name not in states and all(need in states for need in s.needs)]
    if not ready:
        yield []
    for name in ready if depth < 7 else ready[:1]:
        after = states | {name: StepState.DONE}
        now = stages.current(plan.name, steps(plan, **after))
        for rest in every_order(plan, after, depth + 1):
            yield [now, *rest]


@pytest.mark.parametrize("name", ["file", "fetching"])
def test_it_never_jumps_back_in_whatever_order_steps_end(fetching: Plan, name: str) -> None:
    plan = plans.PLANS[name]
    order = plan.stages()
    for seen in every_order(plan, {}):
        positions = [order.index(stage) for stage in seen]
        assert positions == sorted(positions)
        assert seen[-1] == order[-1]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ({"transcribe": StepState.FAILED, "prepare": StepState.DONE}, "failed"),
        ({"transcribe": StepState.CANCELLED, "prepare": StepState.DONE}, "cancelled"),
        ({"transcribe": StepState.BLOCKED, "prepare": StepState.BLOCKED}, "skipped"),
        ({"transcribe": StepState.SKIPPED, "prepare": StepState.SKIPPED}, "skipped"),
        ({"transcribe": StepState.DONE, "prepare": StepState.DONE}, "done"),
        ({"transcribe": StepState.OPEN, "prepare": StepState.DONE}, "working"),
        ({}, "waiting"),
    ],
)
def test_the_state_of_a_stage_is_that_of_its_steps(states: dict[str, StepState], shown: str) -> None:
    found = {stage.name: stage.state for stage in stages.shown("file", steps(FILE, **states))}
    assert found["Transcribing"] == shown


def test_between_two_of_its_steps_a_stage_is_at_work() -> None:
    found = steps(FILE, prepare=StepState.DONE)
    assert stages.shown("file", found)[1].state == "waiting"  # it had nothing to do
    next(step for step in found if step.name == "prepare").started_at = NOON
    assert stages.shown("file", found)[1].state == "working"


def test_the_history_has_the_times_of_this_run() -> None:
    found = steps(FILE, **done_until(FILE, "topics"))
    for number, step in enumerate(found[:5]):
        step.started_at, step.finished_at = (
            NOON + timedelta(seconds=number),
            NOON + timedelta(seconds=10 * (number + 1)),
        )
    for step in found[:3]:
        step.carried = True
    past = {stage.name: stage for stage in stages.history("file", found)}
    assert (past["Reading the file"].state, past["Reading the file"].started_at) == ("done", None)
    transcribing = past["Transcribing"]
    assert (transcribing.started_at, transcribing.finished_at) == (
        NOON + timedelta(seconds=3),
        NOON + timedelta(seconds=50),
    )
    assert transcribing.seconds == 47
    assert (past["Finding topics"].state, past["Finding topics"].seconds) == ("waiting", None)


def test_a_step_of_an_earlier_release_is_a_stage_by_its_name() -> None:
    assert stages.stage_of("file", "dance") == "Dance"
    assert stages.stage_of("no such plan", "dance") == "Dance"
