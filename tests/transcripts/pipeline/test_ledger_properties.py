"""The ledger against everything that can happen to it, in any order, as Hypothesis finds it.

Messages are lost and doubled, workers crash and come back as ghosts, leases lapse, people cancel and start again. What
must hold: a step is saved once, after all that it needs; attempts stay within their limit; one run at a time; it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.transcripts.pipeline import canned
from transcripts.enums import PartState, RunState, StepState
from transcripts.models import Part, Run, Step, Transcript
from transcripts.pipeline import bell, heart, ledger, plans, runs
from transcripts.pipeline.context import Pulse
from transcripts.pipeline.failures import Cancelled, Lost
from transcripts.pipeline.heart import _Beat
from transcripts.pipeline.ledger import Claim
from transcripts.pipeline.plans import Plan, PlannedStep
from transcripts.pipeline.steps.base import Json, StepWork

pytestmark = pytest.mark.django_db

LEASE = 20
BEGINNING = "2030-01-01T12:00:00Z"
OVER = (StepState.DONE, StepState.SKIPPED)


class World(RuleBasedStateMachine):
    """One transcript, any number of workers, a queue that forgets, and a clock that is moved by hand."""

    new_transcript: ClassVar[Callable[[], Transcript]]
    queue: ClassVar[list[int]]
    saved: ClassVar[list[tuple[object, str, int]]]

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(BEGINNING, tick=False)
        self.time = self.clock.start()
        self.queue.clear()
        self.saved.clear()
        self.alive: list[Claim] = []
        self.ghosts: list[Claim] = []
        self.transcript = canned.uploaded(self.new_transcript())
        runs._start(self.transcript, plans.PLANS["test"], again=set(plans.PLANS["test"].names()), earlier=None)

    # --- messages

    @precondition(lambda self: self.queue)
    @rule(which=st.integers(0, 20))
    def deliver(self, which: int) -> None:
        self._take(self.queue.pop(which % len(self.queue)))

    @precondition(lambda self: self.queue)
    @rule(which=st.integers(0, 20))
    def deliver_and_keep(self, which: int) -> None:
        self._take(self.queue[which % len(self.queue)])

    @precondition(lambda self: self.queue)
    @rule()
    def lose_all_messages(self) -> None:
        self.queue.clear()

    def _take(self, part_id: int) -> None:
        claim = ledger.claim(part_id, worker="world")
        if claim is not None:
            assert claim not in [*self.alive, *self.ghosts], "The right to a part was given twice."
            self.alive.append(claim)

    # --- workers

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 20))
    def complete(self, which: int) -> None:
        self._finish(self.alive.pop(which % len(self.alive)))

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 20), permanent=st.booleans())
    def fail(self, which: int, permanent: bool) -> None:
        ledger.fail(self.alive.pop(which % len(self.alive)), "It did not work.", permanent=permanent)

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 20))
    def shut_down(self, which: int) -> None:
        ledger.release(self.alive.pop(which % len(self.alive)))

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 20))
    def crash(self, which: int) -> None:
        self.ghosts.append(self.alive.pop(which % len(self.alive)))

    @precondition(lambda self: self.ghosts)
    @rule(which=st.integers(0, 20), well=st.booleans())
    def come_back(self, which: int, well: bool) -> None:
        """It was not dead, only cut off: it goes on as if nothing had happened."""
        ghost = self.ghosts.pop(which % len(self.ghosts))
        if well:
            self._finish(ghost)
        else:
            ledger.fail(ghost, "It did not work.", permanent=False)

    def _finish(self, claim: Claim) -> None:
        try:
            ledger.finish(claim, {"attempt": claim.attempt})
        except Lost:
            pass
        except Cancelled:
            ledger.settle_cancel(claim)

    # --- time

    @rule(seconds=st.sampled_from([1, LEASE / 2, LEASE + 1, 100]))
    def time_passes(self, seconds: float) -> None:
        self.time.shift(seconds)
        heart._renew([_Beat(claim, Pulse()) for claim in self.alive])

    @rule()
    def recover(self) -> None:
        ledger.recover()

    # --- people

    @rule()
    def cancel(self) -> None:
        runs.cancel(self.transcript)

    @rule(from_step=st.sampled_from([None, "read", "topics"]))
    def process(self, from_step: str | None) -> None:
        if runs.active_run(self.transcript) is None:
            runs.process(self.transcript, from_step=from_step)
        else:
            with pytest.raises(runs.AlreadyRunning):
                runs.process(self.transcript, from_step=from_step)

    # --- what holds at all times

    @invariant()
    def attempts_are_within_their_limit(self) -> None:
        assert not Part.objects.filter(attempt__gt=F("max_attempts")).exists()

    @invariant()
    def one_run_at_a_time(self) -> None:
        assert self.transcript.runs.filter(state=RunState.ACTIVE).count() <= 1

    @invariant()
    def a_step_is_saved_once(self) -> None:
        saved = [(run, step) for run, step, _ in self.saved]
        assert len(saved) == len(set(saved))

    @invariant()
    def what_is_over_holds_nothing(self) -> None:
        assert not Part.objects.filter(state=PartState.RUNNING).exclude(step__run__state=RunState.ACTIVE).exists()
        assert not Step.objects.filter(state=StepState.OPEN).exclude(run__state=RunState.ACTIVE).exists()

    @invariant()
    def the_status_fits(self) -> None:
        status = Transcript.objects.values_list("status", flat=True).get(pk=self.transcript.pk)
        active = self.transcript.runs.filter(state=RunState.ACTIVE).exists()
        assert (status in ("uploaded", "processing")) or not active

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.clock.stop()

    def settle(self) -> None:
        """All workers die; healthy ones come. Whatever happened before, it ends."""
        self.alive.clear()
        for _ in range(40):
            run = runs.active_run(self.transcript)
            if run is None:
                break
            self.time.shift(100)
            ledger.recover()
            while self.queue:
                self._take(self.queue.pop(0))
            while self.alive:
                self._finish(self.alive.pop(0))
        else:
            raise AssertionError("It does not end.")
        self.check_the_end()

    def check_the_end(self) -> None:
        for run in self.transcript.runs.filter(state=RunState.ENDED):
            for step in run.steps.filter(carried=False):
                assert step.state in OVER
                times = [(run.pk, step.name) == (saved, name) for saved, name, _ in self.saved].count(True)
                assert times == (step.state == StepState.DONE)
        last = self.transcript.runs.exclude(state=RunState.CANCELLED).first()
        assert (
            Transcript.objects.get(pk=self.transcript.pk).status
            == {
                None: "uploaded",
                RunState.ENDED: "ended",
                RunState.FAILED: "error",
            }[RunState(last.state) if last else None]
        )


def plan_of_the_world(saved: list[tuple[object, str, int]]) -> Plan:
    """Two branches, shards, an optional step, and one with nothing to do."""

    def step(name: str, *needs: str, parts: int = 1, attempts: int = 2, optional: bool = False) -> PlannedStep:
        def save(run: Run, results: Sequence[Json]) -> None:
            open_needs = run.steps.filter(name__in=needs).exclude(state__in=OVER)
            assert not open_needs.exists(), f"{name} was saved before what it needs."
            assert len(results) == parts
            assert all(results), "A part was saved that nobody finished."
            saved.append((run.pk, name, len(results)))

        work = StepWork(_not_here, save, lambda run: [{} for _ in range(parts)])
        return PlannedStep(name, work, needs, name, 1, attempts=attempts, optional=optional)

    return Plan(
        "test",
        (
            step("read"),
            step("transcribe_shards", "read", parts=2),
            step("speakers", "read", optional=True, attempts=1),
            step("playback"),
            step("align", "transcribe_shards", "speakers"),
            step("topics", "align", parts=2),
            step("nothing", "align", parts=0),
            step("finish", "topics", "nothing", "playback"),
        ),
    )


def _not_here(context: Any) -> Json:
    raise AssertionError("The world finishes parts by hand.")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, new_transcript: Callable[..., Transcript]) -> type[World]:
    queue: list[int] = []
    saved: list[tuple[object, str, int]] = []

    def send(parts: list[tuple[int, str]]) -> None:
        queue.extend(part_id for part_id, _ in parts)
        Part.objects.filter(pk__in=[part_id for part_id, _ in parts]).update(rung_at=timezone.now())

    monkeypatch.setattr(bell, "_send", send)
    monkeypatch.setattr(bell, "_queued", lambda lane: len(queue))
    monkeypatch.setattr(bell, "ring", lambda parts: send([(part.pk, part.lane) for part in parts]))
    plan = plan_of_the_world(saved)
    monkeypatch.setitem(plans.PLANS, plan.name, plan)
    monkeypatch.setattr(runs, "FILE", plan)  # what a transcript begins with that has no run, or only cancelled ones
    monkeypatch.setattr("django.conf.settings.LEASE_SECONDS", LEASE)
    return type("World", (World,), {"queue": queue, "saved": saved, "new_transcript": staticmethod(new_transcript)})


def test_the_ledger_holds_whatever_happens(world: type[World]) -> None:
    run_state_machine_as_test(
        world,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
