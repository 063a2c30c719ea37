"""The heartbeat of a worker process: one thread that keeps its leases, writes progress, and carries stop signals."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.models import QuerySet
from django.utils import timezone

from transcripts.enums import PartState, StepState
from transcripts.models import Part, Step
from transcripts.pipeline import progress
from transcripts.pipeline.context import Pulse
from transcripts.pipeline.failures import Cancelled, Interrupted, Lost
from transcripts.pipeline.ledger import Claim

logger = logging.getLogger(__name__)

LOOK = 0.5  # seconds between two looks at what has been asked of us


@dataclass
class _Beat:
    claim: Claim
    pulse: Pulse
    written: float = 0.0
    said: str = ""


class Heart:
    """Beats for the parts that this process works on. Starts with the first, and lives as long as the process."""

    def __init__(self) -> None:
        self._beats: dict[Claim, _Beat] = {}  # two attempts at one part may meet in one process
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.shutting_down = False

    @contextmanager
    def beating(self, claim: Claim) -> Iterator[Pulse]:
        pulse = Pulse()
        with self._lock:
            if self.shutting_down:
                pulse.stop = Interrupted
            self._beats[claim] = _Beat(claim, pulse)
            self._start()
        try:
            yield pulse
        finally:
            with self._lock:
                self._beats.pop(claim, None)

    def interrupt(self) -> None:
        """The worker shuts down: every step stops at its next checkpoint and its part goes back."""
        self.shutting_down = True
        for beat in self._current():
            beat.pulse.stop = beat.pulse.stop or Interrupted

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
            self._thread.start()

    def _current(self) -> list[_Beat]:
        with self._lock:
            return list(self._beats.values())

    def _run(self) -> None:
        renewed = 0.0
        while True:
            time.sleep(LOOK)
            beats = self._current()
            if not beats:
                connection.close()  # an idle worker holds none
                continue
            try:
                due = self._look(beats)
                if time.monotonic() - renewed > settings.LEASE_SECONDS / 4:
                    _renew(beats)
                    renewed = time.monotonic()
                if due:
                    _write(beats)
                    _measure(due)
            except Error as error:
                # The database is away. Leases run on; when it is back we renew them, or learn that we lost them.
                logger.warning("Heartbeat: %s", error)
                connection.close()
            except Exception:
                logger.exception("Heartbeat failed")  # and goes on: without it every lease of this worker would lapse

    def _look(self, beats: list[_Beat]) -> set[uuid.UUID]:
        """Carry stop signals; the runs whose progress is due to be measured again."""
        rows = {
            row["pk"]: row
            for row in Part.objects.filter(pk__in=[beat.claim.part_id for beat in beats]).values(
                "pk",
                "state",
                "attempt",
                "step__state",
                "step__run",
                "step__run__measured_at",
                "step__run__cancel_requested_at",
            )
        }
        for beat in beats:
            row = rows.get(beat.claim.part_id)
            if row is None or row["state"] != PartState.RUNNING or row["attempt"] != beat.claim.attempt:
                beat.pulse.stop = Lost
            elif row["step__run__cancel_requested_at"] is not None:
                beat.pulse.stop = Cancelled
            elif row["step__state"] != StepState.OPEN:
                beat.pulse.stop = Lost
        return {row["step__run"] for row in rows.values() if progress.is_due(row["step__run__measured_at"])}


def _renew(beats: list[_Beat]) -> None:
    until = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)
    for beat in beats:
        _row(beat).update(lease_until=until)


def _write(beats: list[_Beat]) -> None:
    """Progress and messages that changed since the last time."""
    for beat in beats:
        if beat.pulse.progress > beat.written:
            beat.written = beat.pulse.progress
            amount = {"amount": beat.pulse.total} if beat.pulse.counted else {}
            _row(beat).update(progress=beat.written, **amount)
        if beat.pulse.message != beat.said:
            beat.said = beat.pulse.message
            Step.objects.filter(parts=beat.claim.part_id).update(message=beat.said[:300])


def _measure(runs: set[uuid.UUID]) -> None:
    """Even when nothing moved: time passes, and who looks on sees that the work is alive."""
    for run_id in runs:
        progress.measure(run_id)


def _row(beat: _Beat) -> QuerySet[Part]:
    return Part.objects.filter(pk=beat.claim.part_id, attempt=beat.claim.attempt, state=PartState.RUNNING)


HEART = Heart()
