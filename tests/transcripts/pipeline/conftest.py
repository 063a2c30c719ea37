"""A ledger to break: a small plan whose steps say what they saved, and a worker that is driven line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from transcripts.enums import PartState, TranscriptStatus
from transcripts.models import Part, Run, Step, Transcript
from transcripts.pipeline import ledger, plans, runs
from transcripts.pipeline.context import Context
from transcripts.pipeline.ledger import Claim
from transcripts.pipeline.plans import Plan, PlannedStep
from transcripts.pipeline.steps.base import Json, StepWork


@dataclass
class Diary:
    """What the steps of a plan saved, in order: (run, step, results)."""

    saved: list[tuple[str, list[Json]]] = field(default_factory=list)

    def step(
        self, name: str, *needs: str, parts: int = 1, attempts: int = 3, optional: bool = False, weight: float = 1
    ) -> PlannedStep:
        work = StepWork(_never_computed, self._save(name), lambda run: [{"number": n} for n in range(parts)])
        return PlannedStep(name, work, needs, name.capitalize(), weight, attempts=attempts, optional=optional)

    def _save(self, name: str) -> Callable[[Run, object], None]:
        return lambda run, results: self.saved.append((name, list(results)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.saved]


def _never_computed(context: Context) -> Json:
    raise AssertionError("These tests finish parts by hand.")


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def use_plan(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Plan]:
    """Make a plan of these steps known, for runs to follow."""

    def use(*steps: PlannedStep) -> Plan:
        plan = Plan("test", steps)
        monkeypatch.setitem(plans.PLANS, "test", plan)
        return plan

    return use


@pytest.fixture
def begin(transcript: Transcript, use_plan: Callable[..., Plan]) -> Callable[..., Run]:
    """Start a run of a plan of these steps on an uploaded transcript."""

    def start(*steps: PlannedStep) -> Run:
        plan = use_plan(*steps)
        Transcript.objects.filter(pk=transcript.pk).update(status=TranscriptStatus.UPLOADED)
        transcript.refresh_from_db()
        with transaction.atomic():
            return runs._start(transcript, plan, again=set(plan.names()), earlier=None)

    return start


# --- looking at a run


def step_of(run: Run, name: str) -> Step:
    return run.steps.get(name=name)


def states(run: Run) -> dict[str, str]:
    """Each step with its state, in the order of the plan."""
    return dict(run.steps.values_list("name", "state"))


def parts_of(run: Run, name: str) -> list[Part]:
    return list(Part.objects.filter(step__run=run, step__name=name))


def part_of(run: Run, name: str, number: int = 0) -> Part:
    return Part.objects.get(step__run=run, step__name=name, number=number)


def status_of(run: Run) -> tuple[str, str]:
    """Status and error of its transcript."""
    transcript = Transcript.objects.get(pk=run.transcript_id)
    return transcript.status, transcript.error


# --- a worker, line by line


def take(run: Run, name: str, number: int = 0, *, worker: str = "test:1") -> Claim:
    claim = ledger.claim(part_of(run, name, number).pk, worker=worker)
    assert claim is not None, f"{name} {number} could not be claimed."
    return claim


def do(run: Run, name: str, number: int = 0, **result: object) -> None:
    ledger.finish(take(run, name, number), result)


def fail(run: Run, name: str, number: int = 0, *, message: str = "It did not work.", permanent: bool = True) -> None:
    ledger.fail(take(run, name, number), message, permanent=permanent)


def make_due(run: Run) -> None:
    """Let the time after failed attempts pass."""
    Part.objects.filter(step__run=run, state=PartState.READY).update(not_before=None)


def let_lapse(claim: Claim) -> None:
    """The worker has been silent for longer than its lease."""
    Part.objects.filter(pk=claim.part_id).update(lease_until=timezone.now() - timedelta(seconds=1))
