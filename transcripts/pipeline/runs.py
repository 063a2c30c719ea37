"""Starting, taking up and repeating: the verbs of a run that doors call. `ledger` has the rules inside a run."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from consent import vault
from consent.models import AudioKind
from transcripts.domain import recording, reprocessing, snapshot, uploads
from transcripts.domain.status import set_status
from transcripts.enums import Lane, PartState, RunState, StepState, TranscriptStatus
from transcripts.events import Updated, announce
from transcripts.models import Part, Run, Step, Transcript
from transcripts.pipeline import bell, ledger, progress
from transcripts.pipeline.plans import FILE, LINK, PLANS, Plan

#: Steps that read the 16 kHz audio, which is erased when a run ends well.
NEED_ENGINE_AUDIO = frozenset({"transcribe", "diarize"})
#: Steps that bring the recording of a link. They are done anew only when it is gone, or when somebody asks for it.
BRING_AUDIO = frozenset({"resolve", "describe", "fetch"})
#: The first step that works on text alone.
TEXT = "align"


class NotPossible(Exception):
    """The transcript cannot be processed like this; the message says why."""


class AlreadyRunning(NotPossible):
    def __init__(self) -> None:
        super().__init__("already running")


class TooManyImports(NotPossible):
    def __init__(self) -> None:
        super().__init__(
            f"{settings.IMPORTS_PER_PERSON} links of yours are being fetched or wait for it, which is the most at a "
            "time. Wait for one of them, or cancel it"
        )


def active_run(transcript: Transcript) -> Run | None:
    return transcript.runs.filter(state=RunState.ACTIVE).first()


def processings(transcript: Transcript) -> QuerySet[Run]:
    """Its runs, newest first, without those that only translate what others found."""
    return transcript.runs.filter(language="")


@transaction.atomic
def process(
    transcript: Transcript, *, from_step: str | None = None, keep_edits: bool = True, by: User | None = None
) -> Run:
    """Process what was uploaded. After a failure it goes on from what failed; after an end, from the beginning.

    `from_step` names a step to begin again at: it and all that need it are done anew, results before it are kept.
    `keep_edits`: what people have written and corrected stays. If not, the history says that `by` wanted it so; only
    the names of speakers stay with their voices then. Raises AlreadyRunning, or NotPossible with the reason.
    """
    transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
    if active_run(transcript) is not None:
        raise AlreadyRunning()
    last = _goes_on_from(transcript, from_step)
    if transcript.locked:
        raise NotPossible("Recording is locked")
    plan = _plan_for(transcript, last)
    again = _to_do(transcript, plan, last, from_step)
    _refuse_without_audio(transcript, plan, again)
    if "fetch" in again:
        _refuse_too_many(transcript)
    run = _start(transcript, plan, again=again, earlier=last, keep_edits=keep_edits and _kept_before(last))
    if not keep_edits:
        reprocessing.discard(transcript, run_id=run.pk, by=by)
    return run


def _kept_before(last: Run | None) -> bool:
    """Who tries again after a failure wants what they wanted then."""
    return last is None or last.state != RunState.FAILED or last.keep_edits


def _goes_on_from(transcript: Transcript, from_step: str | None) -> Run | None:
    """The run whose results still hold: the newest, but for cancelled ones, which left nothing behind.

    Where a link could not be fetched again, and the recording that is here is wanted, it is the run that brought it.
    """
    over = processings(transcript).exclude(state=RunState.CANCELLED)
    if from_step is not None and from_step not in BRING_AUDIO and uploads.has_audio(transcript.pk):
        brought = over.filter(steps__in=Step.objects.filter(name="fetch", state=StepState.DONE)).first()
        return brought or over.first()
    return over.first()


def _plan_for(transcript: Transcript, last: Run | None) -> Plan:
    if last is not None:
        return PLANS[last.plan]
    return LINK if transcript.source_url else FILE


def _refuse_without_audio(transcript: Transcript, plan: Plan, again: set[str]) -> None:
    """Steps that need only text work when the audio is gone, and a link brings its own, if nobody had it erased."""
    if again <= plan.from_here({TEXT}):
        return
    if transcript.audio_deleted and "fetch" in again:
        raise NotPossible("The audio was deleted for good, so it is not fetched again")
    if "fetch" in again or uploads.has_audio(transcript.pk):
        return
    raise NotPossible("Recording is not ready for processing")


def _refuse_too_many(transcript: Transcript) -> None:
    """Under a lock on the person, so that many requests at once do not slip through."""
    get_user_model().objects.select_for_update().get(pk=transcript.user_id)
    fetching = Step.objects.filter(
        name="fetch",
        state__in=(StepState.WAITING, StepState.OPEN),
        run__state=RunState.ACTIVE,
        run__transcript__user=transcript.user_id,
    )
    if fetching.count() >= settings.IMPORTS_PER_PERSON:
        raise TooManyImports


def _to_do(transcript: Transcript, plan: Plan, last: Run | None, from_step: str | None) -> set[str]:
    """The names of the steps to do; those not named are carried over from the run before."""
    names = set(plan.names())
    if from_step is not None:
        _known(plan, from_step)
    if last is None:
        return names
    kept = {step.name for step in last.steps.all() if step.state in (StepState.DONE, StepState.SKIPPED)}
    if from_step is not None:
        wanted = {from_step}
    elif last.state == RunState.ENDED:
        wanted = names - BRING_AUDIO
    else:
        wanted = set()
    again = plan.from_here(wanted | (names - kept))
    if again - plan.from_here({TEXT}) and _is_gone(transcript, plan):
        again = names
    if again & NEED_ENGINE_AUDIO and vault.find(transcript.pk, AudioKind.ENGINE) is None:
        again = plan.from_here(again | {"read"})
    return again


def _is_gone(transcript: Transcript, plan: Plan) -> bool:
    """Whether the recording of a link has to be fetched anew. One that was erased for somebody's sake is not."""
    return "fetch" in plan.names() and not transcript.audio_deleted and not uploads.has_audio(transcript.pk)


def _known(plan: Plan, name: str) -> None:
    if name not in plan.names():
        raise NotPossible(f"There is no step {name!r}. Choose one of: {', '.join(plan.names())}.")


def _start(transcript: Transcript, plan: Plan, *, again: set[str], earlier: Run | None, keep_edits: bool = True) -> Run:
    lane = Lane.LONG if uploads.is_large(transcript.pk) else Lane.SHORT  # until the length is known
    before = snapshot.take(transcript)
    run = Run.objects.create(transcript=transcript, plan=plan.name, lane=lane, before=before, keep_edits=keep_edits)
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
    else:  # it is waited for now, which the page says in more places than those of its progress
        announce(transcript, Updated(fields=["status"]))
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
    """Stop what is running; the transcript then holds what it held before. False when nothing was running.

    A recording that is being made stops too, and what was recorded is kept and processed.
    """
    if recording.request_stop(transcript):
        return True
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
