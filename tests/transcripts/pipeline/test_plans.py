"""Plans refuse what could never run, and know what follows from what."""

from __future__ import annotations

import pytest

from transcripts.pipeline.plans import FILE, PLANS, Plan, PlannedStep
from transcripts.pipeline.steps.base import StepWork

WORK = StepWork(lambda context: {})


def step(name: str, *needs: str) -> PlannedStep:
    return PlannedStep(name, WORK, needs, "Stage", 1)


def test_a_step_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="step a is declared twice"):
        Plan("p", (step("a"), step("a")))


@pytest.mark.parametrize("steps", [(step("a", "b"), step("b")), (step("a", "a"),), (step("a", "c"),)])
def test_what_is_needed_must_stand_above(steps: tuple[PlannedStep, ...]) -> None:
    with pytest.raises(ValueError, match="must stand above it"):
        Plan("p", steps)


def test_an_unknown_step_is_named() -> None:
    with pytest.raises(KeyError, match="has no step 'c'; it has a, b"):
        Plan("p", (step("a"), step("b")))["c"]


def test_from_here_takes_along_what_needs_it() -> None:
    plan = Plan("p", (step("a"), step("b", "a"), step("c", "b"), step("d"), step("e", "c", "d")))
    assert plan.from_here({"b"}) == {"b", "c", "e"}
    assert plan.from_here({"d"}) == {"d", "e"}
    assert plan.from_here({"a", "d"}) == {"a", "b", "c", "d", "e"}
    assert plan.from_here(set()) == set()


def test_the_names_of_steps_and_plans_fit_their_columns() -> None:
    assert all(len(plan.name) <= 20 and name == plan.name for name, plan in PLANS.items())
    assert all(len(name) <= 30 for plan in PLANS.values() for name in plan.names())


def test_the_file_plan_ends_with_one_step_that_waits_for_all() -> None:
    """`finish` erases audio and ends the run, so nothing may be left to do after it."""

    def before(name: str) -> set[str]:
        return {name}.union(*(before(need) for need in FILE[name].needs))

    assert before(FILE.names()[-1]) == set(FILE.names())


def test_what_is_optional_is_needed_by_nobody_who_cannot_do_without_it() -> None:
    assert [step.name for step in FILE.steps if step.optional] == ["diarize", "check"]
