"""What happens by the clock: one line per job. Each job is safe to run twice, late, or side by side."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.blocking import BlockingScheduler
from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from accounts import audit
from consent import vault
from reflector_site import presence
from reflector_site.events import log
from transcripts.domain import changes
from transcripts.live import keeping
from transcripts.pipeline import intake, ledger, scratch

logger = logging.getLogger(__name__)


def announce() -> None:
    presence.announce(presence.SCHEDULER)


def end_recordings() -> None:
    """Of microphones that nobody listens to any more."""
    keeping.recover()


def forget_events() -> None:
    log.sweep()


def forget_page_ends() -> None:
    changes.sweep()


def forget_audit_entries() -> None:
    audit.sweep()


JOBS: tuple[tuple[Callable[[], object], timedelta], ...] = (
    (ledger.recover, timedelta(seconds=settings.RECOVER_SECONDS)),
    (end_recordings, timedelta(seconds=settings.RECOVER_SECONDS)),
    (announce, timedelta(seconds=presence.INTERVAL)),
    (vault.sweep, timedelta(minutes=1)),
    (scratch.sweep, timedelta(minutes=10)),
    (intake.sweep, timedelta(minutes=10)),
    (forget_events, timedelta(hours=1)),
    (forget_page_ends, timedelta(minutes=10)),
    (forget_audit_entries, timedelta(hours=1)),
)


def build() -> BlockingScheduler:
    # The standard thread pool would give each job a database connection; one thread is plenty.
    scheduler = BlockingScheduler(timezone="UTC", executors={"default": {"type": "threadpool", "max_workers": 1}})
    start: datetime = timezone.now()
    for job, interval in JOBS:
        scheduler.add_job(
            _guarded(job),
            "interval",
            seconds=interval.total_seconds(),
            next_run_time=start,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            name=job.__name__,
        )
    return scheduler


def _guarded(job: Callable[[], object]) -> Callable[[], None]:
    """The job, which a database that is away delays and nothing else stops."""

    def run() -> None:
        close_old_connections()
        try:
            job()
        except Error as error:
            logger.warning("%s waits for the database: %s", job.__name__, error)
            connection.close()
        except Exception:
            logger.exception("%s failed", job.__name__)

    return run
