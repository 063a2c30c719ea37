"""The time left as real workers learn it: after five runs it is right for a recording of another length."""

from __future__ import annotations

import httpx
import pytest

from tests.estimates.conftest import COST, Watched, watch
from tests.stack import Stack
from transcripts.pipeline.plans import FILE

LEARNT_FROM = (24, 36, 30, 40, 30)  # seconds of sound
ANOTHER_LENGTH = 72
TOLERANCE = 0.2


@pytest.fixture(scope="module")
def learnt(stack: Stack, client: httpx.Client) -> list[Watched]:
    """Five runs by one worker. The first of them has nothing to learn from."""
    stack.worker()
    return [watch(client, seconds) for seconds in LEARNT_FROM]


def test_the_first_run_has_a_sane_guess(learnt: list[Watched]) -> None:
    first = learnt[0]
    assert all(seen.remaining is not None and 0 <= seen.remaining < 300 for seen in first.seen)
    assert first.off(first.at_share_of_time(0.5)) < 1


def test_after_five_runs_the_estimate_at_a_fifth_is_right(
    learnt: list[Watched], stack: Stack, client: httpx.Client
) -> None:
    found = watch(client, ANOTHER_LENGTH)
    assert len(learnt) == len(LEARNT_FROM)
    assert found.off(found.at_percentage(20)) <= TOLERANCE
    assert found.off(found.at_share_of_time(0.2)) <= TOLERANCE
    assert abs(found.at_share_of_time(0.5).percentage - 50) < 15
    assert_never_back(found)
    calibrated = stack.rows("select early_estimate, took from transcripts_run where early_estimate is not null")
    assert len(calibrated) >= len(LEARNT_FROM)


def assert_never_back(found: Watched) -> None:
    percentages = [seen.percentage for seen in found.seen]
    order = [FILE.stages().index(seen.stage) for seen in found.seen]
    assert percentages == sorted(percentages)
    assert percentages[-1] < 100
    assert order == sorted(order)
    assert (found.job["percentage"], found.job["stage"], found.job["estimated_remaining"]) == (100, "Complete", 0)


@pytest.mark.usefixtures("learnt")
def test_another_model_is_learnt_apart(stack: Stack, client: httpx.Client) -> None:
    """What the first model took says little about a slower one: its own speed counts at once, its own runs later."""
    stack.kill(stack.processes[-1])
    slower = stack.spawn("manage.py", "worker", "--threads", "2", log="worker", FIXED_COST=str(COST * 3))
    found = watch(client, 16)
    assert found.off(found.at_share_of_time(0.6)) <= 0.3
    models = stack.rows(
        "select model, count(*) as runs from transcripts_steptiming where step = 'transcribe' group by model"
    )
    assert {row["model"]: row["runs"] > 1 for row in models} == {
        f"{COST:g} s per second": True,
        f"{COST * 3:g} s per second": False,
    }
    stack.kill(slower)
