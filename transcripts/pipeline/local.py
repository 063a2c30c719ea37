"""Working a run off in this process, for the command line. Workers that run beside it may take parts too."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from transcripts.enums import PartState, RunState
from transcripts.models import Part, Run
from transcripts.pipeline import ledger
from transcripts.pipeline.execute import execute

logger = logging.getLogger(__name__)

LOOK = 0.2  # seconds between two looks for ready parts


def work_off(run: Run, *, watch: Callable[[Run], None] = lambda run: None, threads: int | None = None) -> Run:
    """Execute the parts of `run` until it is over, calling `watch(run)` a few times a second. Returns its end.

    What interrupts it, such as Ctrl-C, cancels the run, so that its parts stop within a second, and comes out.
    """
    try:
        return _work_off(run, watch, threads)
    except BaseException:
        ledger.cancel(run)
        raise


def _work_off(run: Run, watch: Callable[[Run], None], threads: int | None) -> Run:
    busy: dict[int, Future[bool]] = {}
    pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)
    try:
        while True:
            run.refresh_from_db()
            watch(run)
            if run.state != RunState.ACTIVE:
                return run
            busy = {part_id: future for part_id, future in busy.items() if not future.done()}
            for part_id in _ready(run):
                if part_id not in busy:
                    busy[part_id] = pool.submit(_execute, part_id)
            if not busy:  # it waits for its next attempt, or another worker has it
                ledger.recover()
                time.sleep(LOOK)
            wait_for(busy.values(), timeout=LOOK, return_when=FIRST_COMPLETED)
    finally:
        pool.shutdown(wait=False)  # not waiting: after an interruption somebody else has to stop what is running


def _ready(run: Run) -> list[int]:
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return list(Part.objects.filter(due, step__run=run, state=PartState.READY).values_list("pk", flat=True))


def _execute(part_id: int) -> bool:
    try:
        return execute(part_id)
    except Exception:
        logger.exception("Part %s", part_id)  # it is ready still, or its lease lapses
        return False
    finally:
        connection.close()
