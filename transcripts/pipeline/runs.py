"""Starting, taking up and repeating: the verbs of a run that doors call. `ledger` has the rules inside a run."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from consent import vault
from consent.models import AudioKind
from transcripts.domain import snapshot, uploads
from transcripts.domain.status import set_status
from transcripts.enums import Lane, PartState, RunState, StepState, TranscriptStatus
from transcripts.models import Part, Run, Step, Transcript
from transcripts.pipeline import bell, ledger, progress
from transcripts.pipeline.plans import FILE, PLANS, Plan

#: Steps that read the 16 kHz audio, which is erased when a run ends well.
NEED_ENGINE_AUDIO = frozenset({"transcribe", "diarize"})


class NotPossible(Exception):
    """The transcript cannot be processed like this; the message says why."""


class AlreadyRunning(NotPossible):
    def __init__(self) -> None:
        super().__init__("already running")


def active_run(transcript: Transcript) -> Run | None:
    return transcript.runs.filter(state=RunState.ACTIVE).first()


@transaction.atomic
def process(transcript: Transcript, *, from_step: str | None = None) -> Run:
    """Process what was uploaded. After a failure it goes on from what failed; after an end, from the beginning.

    `from_step` names a step to begin again at: it and all that need it are done anew, results before it are kept.
    Raises AlreadyRunning, or NotPossible with the reason.
    """
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    if active_run(transcript) is not None:
        raise AlreadyRunning()
    # A cancelled run left nothing behind: what the transcript holds is of the run before it.
    last = transcript.runs.exclude(state=RunState.CANCELLED).first()
    if transcript.locked:
        raise NotPossible("Recording is locked")
    if not uploads.has_audio(transcript.pk) and not _without_audio(last, from_step):
        raise NotPossible("Recording is not ready for processing")
    again = _to_do(transcript, last, from_step)
    return _start(transcript, PLANS[last.plan] if last else FILE, again=again, earlier=last)


def _without_audio(last: Run | None, from_step: str | None) -> bool:
    """Whether only text is needed, so that it works when the audio is gone."""
    return last is not None and from_step is not None and from_step in FILE.from_here({"align"})


def _to_do(transcript: Transcript, last: Run | None, from_step: str | None) -> set[str]:
    """The names of the steps to do; those not named are carried over from the run before."""
    plan = PLANS[last.plan] if last else FILE
    if from_step is not None:
        _known(plan, from_step)
    if last is None:
        return set(plan.names())
    kept = {step.name for step in last.steps.all() if step.state in (StepState.DONE, StepState.SKIPPED)}
    if from_step is not None:
        wanted = {from_step}
    elif last.state == RunState.ENDED:
        wanted = set(plan.names())
    else:
        wanted = set()
    again = plan.from_here(wanted | (set(plan.names()) - kept))
    if again & NEED_ENGINE_AUDIO and vault.find(transcript.pk, AudioKind.ENGINE) is None:
        again = plan.from_here(again | {"read"})
    return again


def _known(plan: Plan, name: str) -> None:
    if name not in plan.names():
        raise NotPossible(f"There is no step {name!r}. Choose one of: {', '.join(plan.names())}.")


def _start(transcript: Transcript, plan: Plan, *, again: set[str], earlier: Run | None) -> Run:
    lane = Lane.LONG if uploads.is_large(transcript.pk) else Lane.SHORT  # until the length is known
    run = Run.objects.create(transcript=transcript, plan=plan.name, lane=lane, before=snapshot.take(transcript))
    if earlier is not None and "probe" not in again:
        run.lane = earlier.lane
        run.save(update_fields=["lane"])
    Step.objects.bulk_create(
        Step(run=run, name=step.name, position=position) for position, step in enumerate(plan.steps)
    )
    if earlier is not None:
        _carry_over(earlier, run, set(plan.names()) - again)
    if transcript.status in (TranscriptStatus.IDLE, TranscriptStatus.ERROR, TranscriptStatus.ENDED):
        set_status(transcript, TranscriptStatus.UPLOADED)
    ledger.advance(run)
    if run.state == RunState.ACTIVE:
        progress.mark(run)
    return run


def _carry_over(earlier: Run, run: Run, names: set[str]) -> None:
    """Steps of the earlier run whose results still hold."""
    steps = {step.name: step for step in run.steps.all()}
    for old in earlier.steps.filter(name__in=names).prefetch_related("parts"):
        step = steps[old.name]
        step.state, step.carried, step.message = old.state, True, old.message
        step.started_at, step.finished_at = old.started_at, old.finished_at
        step.save(update_fields=["state", "carried", "message", "started_at", "finished_at"])
        Part.objects.bulk_create(
            Part(
                step=step,
                number=part.number,
                lane=part.lane,
                state=part.state,
                payload=part.payload,
                result=part.result,
                max_attempts=part.max_attempts,
                progress=part.progress,
                amount=part.amount,
                error=part.error,
            )
            for part in old.parts.all()
        )


def cancel(transcript: Transcript) -> bool:
    """Stop what is running; the transcript then holds what it held before. False when nothing was running."""
    run = active_run(transcript)
    return run is not None and ledger.cancel(run)


def requeue(transcript: Transcript) -> Run:
    """Make sure that somebody works on it: ring again for what waits, take up what failed or was cancelled."""
    run = active_run(transcript)
    if run is None and transcript.status == TranscriptStatus.ENDED:
        raise NotPossible("It is finished. To do it again, use reprocess.")
    if run is None:
        return process(transcript)
    ledger.recover()
    waiting = Part.objects.filter(step__run=run, state=PartState.READY)
    waiting.update(not_before=None, rung_at=timezone.now())
    with transaction.atomic():
        bell.ring(waiting)
    return run
