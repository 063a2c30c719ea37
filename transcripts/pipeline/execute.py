"""One attempt at one part, from claim to finish: what every worker does, and `manage.py transcribe` too."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from consent import vault
from reflector_site.outbound.addresses import without_queries
from reflector_site.outbound.errors import OutboundError
from transcripts.engines.base import EngineError
from transcripts.engines.pool import EnginePool
from transcripts.models import Part, Run
from transcripts.pipeline import ledger, scratch
from transcripts.pipeline.audio import MediaError
from transcripts.pipeline.context import Context, Pulse, results_of
from transcripts.pipeline.failures import Cancelled, Interrupted, Lost, StepFailed, TooSlow
from transcripts.pipeline.heart import HEART
from transcripts.pipeline.ledger import Claim
from transcripts.pipeline.steps.base import BYTES

logger = logging.getLogger(__name__)

WORKER = f"{socket.gethostname()}:{os.getpid()}"
DATABASE_PATIENCE = 60.0  # seconds for which a finished result waits for a database that has gone away
POOL = EnginePool()


def work_on(part_id: int) -> None:
    """Do the part, and then whatever else is ready in its lane: a bell says that there is work, not who does which.

    So a worker goes from step to step at once, however rarely it looks for messages, and an idle one takes what a busy
    one has been told of.
    """
    lane = Part.objects.filter(pk=part_id).values_list("lane", flat=True).first()
    following: int | None = part_id
    while following is not None and execute(following) and lane is not None and not HEART.shutting_down:
        following = ledger.next_ready(lane)


def execute(part_id: int) -> bool:
    """Claim the part, compute it, and save it or say why not. False when there was nothing to claim."""
    claim = ledger.claim(part_id, worker=WORKER)
    if claim is None:
        return False
    part = Part.objects.select_related("step__run__transcript").defer("step__run__before").get(pk=part_id)
    kept = False
    try:
        kept = _attempt(claim, part)
    finally:
        if not kept:
            _patiently(lambda: vault.abandon(claim.origin))
    return True


def _attempt(claim: Claim, part: Part) -> bool:
    """Whether what the attempt computed has been saved."""
    try:
        with HEART.beating(claim) as pulse:  # until it is saved, which may have to wait for the database
            result = _compute(claim, part, pulse)
            _patiently(lambda: ledger.finish(claim, result))
    except Lost:
        logger.info("%s went on elsewhere", part)
    except Cancelled:
        _patiently(lambda: ledger.settle_cancel(claim))
    except Interrupted:
        _patiently(lambda: ledger.release(claim))
    except MediaError as error:
        _give_up(claim, part, str(error), permanent=True)
    except OSError as error:
        _give_up(claim, part, str(vault.readable(error)), permanent=False)
    except (EngineError, OutboundError, vault.VaultError, StepFailed, TooSlow) as error:
        _give_up(claim, part, str(error), permanent=error.permanent)
    except Exception as error:
        logger.exception("%s failed", part)
        _give_up(claim, part, f"Something unexpected went wrong ({_in_short(error)}).", permanent=False)
    else:
        return True
    return False


def _compute(claim: Claim, part: Part, pulse: Pulse) -> dict[str, object]:
    run = part.step.run
    plan_step = ledger.planned(part.step)
    pulse.counted = plan_step.work.counts == BYTES
    name = f"{part.pk}-{claim.attempt}"
    with scratch.attempt_directory(run.pk, name) as directory:
        context = Context(
            part=part,
            run=run,
            transcript=run.transcript,
            pulse=pulse,
            scratch=directory,
            pool=POOL,
            deadline=time.monotonic() + plan_step.seconds + plan_step.per_audio_second * _audio_seconds(run),
        )
        context.checkpoint()
        result = plan_step.work.compute(context)
        context.checkpoint()
        return result


def _audio_seconds(run: Run) -> float:
    """The length as it was measured; before that as the file's header has it, or else the longest that is allowed."""
    if run.transcript.duration:
        return run.transcript.duration / 1000
    claimed = next((found["duration"] for found in results_of(run, "probe")), None)
    return float(claimed or settings.MAX_AUDIO_HOURS * 3600)


def _give_up(claim: Claim, part: Part, message: str, *, permanent: bool) -> None:
    logger.warning("%s of %s, attempt %s: %s", part.step.name, part.step.run_id, claim.attempt, message)
    _patiently(lambda: ledger.fail(claim, message, permanent=permanent))


def _in_short(error: Exception) -> str:
    """For everybody who may read the transcript: databases and validators go on to quote what was in the data."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {without_queries(first)}"


def _patiently(verb: Callable[[], None]) -> None:
    """Do it, and again while the database is away: an hour of work must not be lost to its restart."""
    give_up_at = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            return verb()
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if time.monotonic() > give_up_at:
                raise
            logger.warning("Waiting for the database: %s", error)
            time.sleep(1)
