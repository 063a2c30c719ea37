"""What earlier runs took, by step, engine and model: written when steps finish, asked when a run wants to know."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Sum

from consent import vault
from consent.models import AudioKind
from transcripts.domain import uploads
from transcripts.enums import PartState, RunState, StepState
from transcripts.models import Part, Run, Step, StepTiming
from transcripts.pipeline import estimate
from transcripts.pipeline.estimate import Interval
from transcripts.pipeline.plans import PLANS, PlannedStep, look_up, works_beside

KEEP = 30  # of each step, engine and model: the newest ones, so that a new machine is soon all that counts
#: Before it has been read, compressed sound is taken to have so many bytes a second: 128 kbit/s.
BYTES_PER_SECOND = 16_000
#: The length of a recording of which nothing is known: seconds.
TYPICAL = 1800.0
CALIBRATED_OVER = 20  # runs


@dataclass(frozen=True, slots=True)
class _Timing:
    step: str
    engine: str
    model: str
    size: float
    seconds: float


# --- asking


def predict(run: Run, steps: Sequence[Step]) -> None:
    """Write on every step that is not over what it will take. Belongs under the run's lock; costs five queries."""
    waiting = [step for step in steps if step.state in (StepState.WAITING, StepState.OPEN)]
    planned = [(step, found) for step in waiting if (found := look_up(run.plan, step.name)) is not None]
    results = _found(run)
    run.audio_seconds = audio_seconds(run, results)
    audio = run.audio_seconds or TYPICAL
    timings = _timings([step.name for step, _ in planned] + [_whole(run.plan)])
    changed = []
    for step, plan_step in planned:
        expected, learnt = _expected(plan_step, audio, timings.get(step.name, []), _engine(plan_step, results))
        if (step.learnt, step.expected) != (learnt, expected):
            step.expected, step.learnt = expected, learnt
            changed.append(step)
    Step.objects.bulk_update(changed, ["expected", "learnt"])
    _stretch(run, timings.get(_whole(run.plan), []))


def _expected(
    plan_step: PlannedStep, audio: float, timings: Sequence[_Timing], engine: tuple[str, str] | None
) -> tuple[float, bool]:
    """Seconds, and whether they are learnt from the same engine and model. Unknown engines are the last one used."""
    if not timings:
        return estimate.guess(plan_step.weight, audio), False
    engine = engine or (timings[0].engine, timings[0].model)
    same = [timing for timing in timings if (timing.engine, timing.model) == engine]
    alike = same or [timing for timing in timings if timing.engine == engine[0]] or timings
    return estimate.fit([(timing.size, timing.seconds) for timing in alike]).at(audio), bool(same)


def _stretch(run: Run, timings: Sequence[_Timing]) -> None:
    """What whole runs took beyond their longest chain."""
    if timings:
        line = estimate.fit([(timing.size, timing.seconds) for timing in timings])
        run.stretch, run.pauses = line.slope, line.fixed


def _timings(names: Iterable[str]) -> dict[str, list[_Timing]]:
    """By step, newest first."""
    by_step: dict[str, list[_Timing]] = {}
    rows = StepTiming.objects.filter(step__in=names).order_by("-pk")
    for row in rows.values_list("step", "engine", "model", "size", "seconds"):
        by_step.setdefault(row[0], []).append(_Timing(*row))
    return by_step


def _found(run: Run) -> dict[str, dict[str, Any]]:
    """Of each finished step of the run what its result says about its engine and the length of the recording."""
    parts = Part.objects.filter(step__run=run, number=0, state=PartState.DONE)
    rows = parts.values_list("step__name", "result__info", "result__duration", "result__facts__duration")
    return {name: {"info": info, "duration": measured or claimed} for name, info, measured, claimed in rows}


def _engine(plan_step: PlannedStep, found: dict[str, dict[str, Any]]) -> tuple[str, str] | None:
    """Engine and model of a step, from its own result or from that of the step that chose it."""
    for name in (plan_step.name, plan_step.work.engine_from):
        if info := found.get(name, {}).get("info"):
            return info["engine"], info["model"]
    return None


def audio_seconds(run: Run, found: dict[str, dict[str, Any]]) -> float | None:
    """The length of the recording: as it was read, as its header or its source has it, or by its size; else None.

    Of a run that works beside, the length of the speech that it works on, which is the amount of its parts.
    """
    if works_beside(run.plan):
        seconds: float | None = Part.objects.filter(step__run=run).aggregate(all=Sum("amount"))["all"]
        return seconds
    for step in ("read", "probe", "describe", "resolve"):
        if duration := found.get(step, {}).get("duration"):
            return float(duration)
    upload = vault.find(run.transcript_id, AudioKind.UPLOAD)
    size = upload.size if upload else sum(piece.size or 0 for piece in uploads.pieces(run.transcript_id))
    return size / BYTES_PER_SECOND if size else None


# --- learning


def learn(step: Step) -> None:
    """Remember what a step took, once the transaction that finished it is committed. A failure costs nothing else."""
    transaction.on_commit(lambda: _learn(step), robust=True)


def _learn(step: Step) -> None:
    intervals = intervals_of(step)
    plan_step = PLANS[step.run.plan][step.name]
    found = _found(step.run)
    engine, model = _engine(plan_step, found) or ("", "")
    if intervals:
        _remember(step.name, engine, model, audio_seconds(step.run, found) or 0.0, intervals)


def intervals_of(step: Step) -> list[Interval]:
    times = step.parts.filter(state=PartState.DONE)
    pairs = times.values_list("started_at", "finished_at")
    return [(start.timestamp(), end.timestamp()) for start, end in pairs if start and end]


def learn_run(run: Run, *, chain: float, took: float) -> None:
    """Remember how much longer than its longest chain of steps a run took."""
    whole = _whole(run.plan)
    transaction.on_commit(lambda: _remember(whole, "", "", chain, [(0.0, took)]), robust=True)


def _remember(step: str, engine: str, model: str, size: float, intervals: Sequence[Interval]) -> None:
    key = {"step": step, "engine": engine[:100], "model": model[:200]}
    StepTiming.objects.create(**key, size=size, seconds=estimate.busy(intervals), parts=len(intervals))
    if oldest := list(StepTiming.objects.filter(**key).order_by("-pk").values_list("pk", flat=True)[KEEP : KEEP + 1]):
        StepTiming.objects.filter(**key, pk__lte=oldest[0]).delete()


def _whole(plan: str) -> str:
    return f"all of {plan}"


# --- how good it was


def calibration() -> tuple[int, float] | None:
    """Of how many runs it is known, and by what share the estimate at a fifth of the way was off, in the median."""
    runs = Run.objects.filter(state=RunState.ENDED, took__gt=0, early_estimate__isnull=False).order_by("-finished_at")
    pairs = runs.values_list("early_estimate", "took")[:CALIBRATED_OVER]
    errors = [abs(estimated - took) / took for estimated, took in pairs if estimated is not None and took]
    return (len(errors), statistics.median(errors)) if errors else None
