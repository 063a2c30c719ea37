"""The rules of the ledger: claim, heartbeat, finish, fail, advance, cancel, recover.

Every change happens in one transaction under the run's row lock, so a part that two workers computed counts once, a
message lost or doubled is harmless, and a crash at any line leaves a state from which `recover` goes on.
Locks are taken in the order run, transcript, event stream.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from consent import vault
from consent.models import AudioObject
from transcripts import events
from transcripts.domain import reprocessing, snapshot, translations
from transcripts.domain.status import set_status
from transcripts.engines.base import Never
from transcripts.enums import Lane, PartState, RunState, StepState, TranscriptStatus
from transcripts.models import Part, Run, Step, Transcript
from transcripts.pipeline import bell, progress, scratch, timings
from transcripts.pipeline.choose import translator
from transcripts.pipeline.failures import Cancelled, Lost
from transcripts.pipeline.plans import PLANS, TRANSLATE, Plan, PlannedStep, works_beside
from transcripts.pipeline.steps.base import Json

logger = logging.getLogger(__name__)
T = TypeVar("T")

OPEN_STEPS = (StepState.WAITING, StepState.OPEN)
OPEN_PARTS = (PartState.READY, PartState.RUNNING)
#: For so long a cancel waits for workers to stop, which they do within a second.
CANCEL_PATIENCE = timedelta(seconds=1)
LONGEST_BACKOFF = 60  # seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one attempt to finish one part."""

    part_id: int
    run_id: uuid.UUID
    attempt: int

    @property
    def origin(self) -> str:
        return f"part:{self.part_id}:{self.attempt}"


def planned(step: Step) -> PlannedStep:
    return PLANS[step.run.plan][step.name]


# --- by the worker that computes


def next_ready(lane: str) -> int | None:
    """The part in the lane that has been ready for longest, to be claimed."""
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    ready = Part.objects.filter(due, lane=lane, state=PartState.READY, step__run__cancel_requested_at=None)
    return ready.order_by("pk").values_list("pk", flat=True).first()


def claim(part_id: int, *, worker: str) -> Claim | None:
    """Take a ready part, by compare-and-set. None when it is taken, done, not due, or gone."""
    now = timezone.now()
    with transaction.atomic():
        run = _lock_run_of(part_id)
        if run is None or run.state != RunState.ACTIVE or run.cancel_requested_at is not None:
            return None
        part = Part.objects.select_related("step").get(pk=part_id)
        if part.state != PartState.READY or (part.not_before is not None and part.not_before > now):
            return None
        part.state, part.attempt, part.worker = PartState.RUNNING, part.attempt + 1, worker[:100]
        part.lease_until = now + timedelta(seconds=settings.LEASE_SECONDS)
        part.started_at, part.error, part.progress = now, "", 0
        part.save(update_fields=["state", "attempt", "worker", "lease_until", "started_at", "error", "progress"])
        Step.objects.filter(pk=part.step_id, started_at=None).update(started_at=now)
        if run.started_at is None:
            run.started_at = now
            run.save(update_fields=["started_at"])
            if not works_beside(run.plan):
                set_status(run.transcript, TranscriptStatus.PROCESSING)
            progress.mark(run, always=True)
    return Claim(part_id=part.pk, run_id=run.pk, attempt=part.attempt)


def finish(claim: Claim, result: Json) -> None:
    """Save what a part found; with the last part of a step its whole result, and then go on.

    Raises Lost when this attempt no longer holds the part and Cancelled when the run was cancelled; nothing is saved.
    """
    with transaction.atomic():
        run, part = _held(claim)
        part.state, part.result, part.progress = PartState.DONE, result, 1
        part.lease_until, part.finished_at = None, timezone.now()
        part.save(update_fields=["state", "result", "progress", "lease_until", "finished_at"])
        if not part.step.parts.exclude(state=PartState.DONE).exists():
            _complete(run, part.step)
            timings.learn(part.step)
            advance(run)
            if run.state == RunState.ACTIVE:
                progress.mark(run)


def fail(claim: Claim, message: str, *, permanent: bool) -> None:
    """An attempt failed: try again later, or, when that is hopeless or the attempts are used up, give the step up."""
    try:
        with transaction.atomic():
            run, part = _held(claim)
            _fail(run, part, message, permanent=permanent)
    except (Lost, Cancelled):
        settle_cancel(claim)


def release(claim: Claim) -> None:
    """Give a part back without costing an attempt: the worker is shutting down.

    The limit rises instead of the number falling back, so that no two attempts ever write audio under one name.
    """
    with transaction.atomic():
        _lock_run_of(claim.part_id)
        Part.objects.filter(pk=claim.part_id, attempt=claim.attempt, state=PartState.RUNNING).update(
            state=PartState.READY, max_attempts=F("max_attempts") + 1, lease_until=None, rung_at=None
        )
    settle_cancel(claim)


def settle_cancel(claim: Claim) -> None:
    """A worker has stopped working on a part of a cancelled run; the last one to stop ends it."""
    with transaction.atomic():
        run = _lock_run_of(claim.part_id)
        if run is None or run.cancel_requested_at is None or run.state != RunState.ACTIVE:
            return
        Part.objects.filter(pk=claim.part_id, attempt=claim.attempt, state=PartState.RUNNING).update(
            state=PartState.CANCELLED, lease_until=None, finished_at=timezone.now()
        )
        _end_cancelled(run)


def _lock_run_of(part_id: int) -> Run | None:
    run_id = Part.objects.filter(pk=part_id).values_list("step__run", flat=True).first()
    if run_id is None:
        return None
    # No join here: under the lock the transcript must be read anew, not in the snapshot of the statement that waited.
    # `before` may be megabytes, and only a cancel looks at it.
    return Run.objects.defer("before").select_for_update().filter(pk=run_id).first()


def _held(claim: Claim) -> tuple[Run, Part]:
    run = _lock_run_of(claim.part_id)
    part = Part.objects.select_related("step").filter(pk=claim.part_id).first()
    if run is None or part is None:
        raise Lost()
    if run.cancel_requested_at is not None:
        raise Cancelled()
    if part.state != PartState.RUNNING or part.attempt != claim.attempt or part.step.state != StepState.OPEN:
        raise Lost()
    part.step.run = run
    return run, part


# --- from step to step


def advance(run: Run) -> None:
    """Open every step whose needs are met, and end the run when nothing is left to do. Under the run's lock."""
    steps = {step.name: step for step in run.steps.all()}
    for plan_step in PLANS[run.plan].steps:
        step = steps[plan_step.name]
        if step.state != StepState.WAITING:
            continue
        step.run = run
        needed = {StepState(steps[name].state) for name in plan_step.needs}
        if needed & {StepState.FAILED, StepState.BLOCKED}:
            _close(step, StepState.BLOCKED)
        elif needed <= {StepState.DONE, StepState.SKIPPED}:
            _open(run, step, plan_step)
    if not any(step.state in OPEN_STEPS for step in steps.values()):
        _end(run, steps.values())


def _open(run: Run, step: Step, plan_step: PlannedStep) -> None:
    lane = plan_step.lane or Lane(run.lane)
    parts = Part.objects.bulk_create(
        Part(
            step=step,
            number=number,
            lane=lane,
            payload=payload,
            amount=plan_step.work.amount(payload),
            max_attempts=plan_step.attempts,
        )
        for number, payload in enumerate(plan_step.work.parts(run))
    )
    step.state = StepState.OPEN
    step.save(update_fields=["state"])
    if not parts:
        _complete(run, step)
    bell.ring(parts)


def _complete(run: Run, step: Step) -> None:
    results = [part.result or {} for part in step.parts.order_by("number")]
    _lock_transcript(run)
    planned(step).work.save(run, results)
    _close(step, StepState.DONE)


def _lock_transcript(run: Run) -> None:
    """As it is now, and until the end of the transaction: people may be writing titles and names just then."""
    run.transcript = Transcript.objects.select_for_update().get(pk=run.transcript_id)


def _close(step: Step, state: StepState, message: str = "") -> None:
    step.state, step.message, step.finished_at = state, message[:300], timezone.now()
    step.save(update_fields=["state", "message", "finished_at"])


def _fail(run: Run, part: Part, message: str, *, permanent: bool) -> None:
    now = timezone.now()
    part.error, part.lease_until = message, None
    if not permanent and part.attempt < part.max_attempts:
        part.state, part.rung_at = PartState.READY, None
        part.not_before = now + timedelta(seconds=min(2**part.attempt - 1, LONGEST_BACKOFF))
        part.save(update_fields=["state", "error", "lease_until", "not_before", "rung_at"])
        return
    part.state, part.finished_at = PartState.FAILED, now
    part.save(update_fields=["state", "error", "lease_until", "finished_at"])
    part.step.parts.filter(state__in=OPEN_PARTS).update(state=PartState.CANCELLED, lease_until=None, finished_at=now)
    _close(part.step, StepState.SKIPPED if planned(part.step).optional else StepState.FAILED, message)
    advance(run)
    if run.state == RunState.ACTIVE:
        progress.mark(run, always=True)  # why it was skipped is shown, and a stage of several steps stays as it was


def _end(run: Run, steps: Iterable[Step]) -> None:
    failed = next((step for step in steps if step.state == StepState.FAILED), None)
    run.state = RunState.FAILED if failed else RunState.ENDED
    run.finished_at = timezone.now()
    run.before = {}
    run.save(update_fields=["state", "finished_at", "before"])
    progress.mark(run)
    if works_beside(run.plan):
        announce_beside(run)
    elif failed is not None:
        set_status(run.transcript, TranscriptStatus.ERROR, error=failed.message)
    else:
        set_status(run.transcript, TranscriptStatus.ENDED)
        _translate_where_wanted(run.transcript)
    transaction.on_commit(lambda: scratch.remove_run(run.pk), robust=True)


# --- runs beside a finished transcript


def begin(transcript: Transcript, plan: Plan, *, language: str, lane: Lane) -> Run:
    """A run of a plan that works beside. Under the transcript's lock, where no other run is active."""
    run = Run.objects.create(transcript=transcript, plan=plan.name, language=language, lane=lane, before={})
    Step.objects.bulk_create(
        Step(run=run, name=step.name, position=position) for position, step in enumerate(plan.steps)
    )
    announce_beside(run)
    advance(run)
    if run.state == RunState.ACTIVE:
        progress.mark(run)
    return run


def announce_beside(run: Run) -> None:
    """It has begun or is over, which shows where no change of status would tell of it."""
    events.announce(run.transcript, events.Updated(fields=["translations"]))


def _translate_where_wanted(transcript: Transcript) -> None:
    """In a run of its own: whoever waits for the transcript does not wait for its translation."""
    work = translations.wanted(transcript)
    if work is None:
        return
    try:
        translator()
    except Never as error:
        logger.warning("%s is wanted in %s, and not translated: %s", transcript.pk, work.language, error)
        return
    begin(transcript, TRANSLATE, language=work.language, lane=lane_for(work.seconds))


def lane_for(seconds: float) -> Lane:
    """The lane for so much speech."""
    return Lane.SHORT if seconds < settings.SHORT_LANE_SECONDS else Lane.LONG


# --- cancel


def cancel(run: Run) -> bool:
    """Stop a run. What nobody works on ends now, workers stop at their next checkpoint. False when it is over."""
    with transaction.atomic():
        locked = Run.objects.defer("before").select_for_update().filter(pk=run.pk).first()
        if locked is None or locked.state != RunState.ACTIVE:
            return False
        asked_before = locked.cancel_requested_at is not None
        if not asked_before:
            locked.cancel_requested_at = timezone.now()
            locked.save(update_fields=["cancel_requested_at"])
        Part.objects.filter(step__run=locked, state=PartState.READY).update(
            state=PartState.CANCELLED, finished_at=timezone.now()
        )
        _end_cancelled(locked)
        if locked.state == RunState.ACTIVE and not asked_before:
            progress.mark(locked, always=True)
    return True


def _end_without_workers(run_id: uuid.UUID) -> bool:
    """End a cancelled run whose workers should have stopped by now: they are dead, or will find their part gone."""
    with transaction.atomic():
        run = Run.objects.defer("before").select_for_update().filter(pk=run_id, state=RunState.ACTIVE).first()
        if run is None:
            return False
        for part in Part.objects.filter(step__run=run, state=PartState.RUNNING):
            vault.abandon(part.origin)
            Part.objects.filter(pk=part.pk).update(state=PartState.CANCELLED, lease_until=None)
        _end_cancelled(run)
    return True


def _end_cancelled(run: Run) -> None:
    """Put back what the transcript held before, once no worker is busy with the run."""
    if Part.objects.filter(step__run=run, state=PartState.RUNNING).exists():
        return
    now = timezone.now()
    before = run.before
    Part.objects.filter(step__run=run, state__in=OPEN_PARTS).update(state=PartState.CANCELLED, finished_at=now)
    run.steps.filter(state__in=OPEN_STEPS).update(state=StepState.CANCELLED, finished_at=now)
    run.state, run.finished_at, run.before = RunState.CANCELLED, now, {}
    run.save(update_fields=["state", "finished_at", "before"])
    progress.mark(run)
    if not works_beside(run.plan):
        _lock_transcript(run)
        snapshot.restore(run.transcript, before)
        events.take_back_topics(run.transcript, keep=run.transcript.topics.values_list("pk", flat=True))
        reprocessing.take_back_discard(run)
        resting = _resting(TranscriptStatus(before["fields"]["status"]))
        set_status(run.transcript, resting, error=before["fields"]["error"])
    events.announce(run.transcript, events.Cancelled(run_id=run.pk))
    vault.request_erasure(_made_by(run))
    transaction.on_commit(lambda: scratch.remove_run(run.pk), robust=True)


def _resting(status: TranscriptStatus) -> TranscriptStatus:
    return TranscriptStatus.UPLOADED if status == TranscriptStatus.PROCESSING else status


def _made_by(run: Run) -> Iterable[AudioObject]:
    """Audio that this run made and that the transcript did not have before it.

    What was put together from the pieces of an upload is not: they are gone.
    """
    # Of any plan: the run may be one of an earlier release.
    lasting = {step.name for plan in PLANS.values() for step in plan.steps if step.work.lasting}
    parts = Part.objects.filter(step__run=run, step__carried=False).exclude(step__name__in=lasting)
    origins = tuple(f"part:{part_id}:" for part_id in parts.values_list("pk", flat=True))
    live = AudioObject.objects.live().filter(transcript_id=run.transcript_id)
    return [audio for audio in live if audio.origin.startswith(origins)]


# --- by the scheduler, and by a worker that starts


def recover() -> int:
    """Put lapsed leases back, end cancelled runs that no worker will end, ring for ready parts that nobody rang.

    Returns how many parts were put back. Safe to run anywhere, any time, twice at once.
    """
    lapsed = Part.objects.filter(state=PartState.RUNNING, lease_until__lt=timezone.now()).order_by("pk")
    count = _each(_put_back, lapsed.values_list("pk", flat=True))
    overdue = Run.objects.filter(state=RunState.ACTIVE, cancel_requested_at__lt=timezone.now() - CANCEL_PATIENCE)
    _each(_end_without_workers, overdue.values_list("pk", flat=True))
    bell.ring_forgotten()
    return count


def _each(verb: Callable[[T], bool], things: Iterable[T]) -> int:
    """How often it said yes. A run that cannot go on is logged, and does not keep the others from going on."""
    count = 0
    for thing in things:
        try:
            count += verb(thing)
        except (OperationalError, InterfaceError):
            raise  # the database is away: nothing here can go on
        except Exception:
            logger.exception("Could not recover %s", thing)
    return count


def _put_back(part_id: int) -> bool:
    with transaction.atomic():
        run = _lock_run_of(part_id)
        part = Part.objects.select_related("step").filter(pk=part_id).first()
        now = timezone.now()
        if run is None or part is None or part.state != PartState.RUNNING:
            return False
        if part.lease_until is None or part.lease_until >= now:
            return False
        part.step.run = run
        vault.abandon(part.origin)
        if run.cancel_requested_at is not None:
            Part.objects.filter(pk=part_id).update(state=PartState.CANCELLED, lease_until=None, finished_at=now)
            _end_cancelled(run)
        elif part.step.state != StepState.OPEN:
            Part.objects.filter(pk=part_id).update(state=PartState.CANCELLED, lease_until=None, finished_at=now)
        else:
            logger.warning("Lease of %s lapsed on %s, attempt %s", part, part.worker, part.attempt)
            _fail(run, part, "The worker stopped in the middle of this step.", permanent=False)
    return True
