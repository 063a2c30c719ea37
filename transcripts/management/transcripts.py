"""What the commands share: finding transcripts by what a person types, and the progress bar."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from reflector_site.health import database_problem
from transcripts.models import Run, Transcript
from transcripts.pipeline.local import work_off
from transcripts.pipeline.progress import snapshot_of


def migrate_if_needed() -> None:
    """Make the tables of an embedded database, so that the first command on a fresh machine works.

    A database of somebody's own is not changed unasked: raises CommandError that says what to do.
    """
    problem = database_problem()
    if problem is None:
        return
    if settings.DATABASE_URL:
        raise CommandError(problem)
    call_command("migrate", verbosity=0)


def find(ids: Iterable[str]) -> list[Transcript]:
    """The transcripts with these ids, in this order. Raises CommandError that names the one that does not exist."""
    return [_one(text) for text in ids]


def _one(text: str) -> Transcript:
    try:
        return Transcript.objects.get(pk=uuid.UUID(text))
    except (ValueError, Transcript.DoesNotExist) as error:
        raise CommandError(f"There is no transcript {text}.") from error


def follow(run: Run) -> Run:
    """Work the run off here, with a progress bar on standard error. Ctrl-C cancels it and exits with 130."""
    try:
        with _bar() as bar:
            task = bar.add_task("Starting", total=100)
            return work_off(run, watch=lambda run: bar.update(task, completed=run.percent, description=describe(run)))
    except KeyboardInterrupt as error:
        raise CommandError(
            f"Cancelled. Transcript {run.transcript_id} can be processed again.", returncode=130
        ) from error


@contextmanager
def _bar() -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=False) as bar:
        yield bar


def describe(run: Run) -> str:
    """What it is doing, in the words that people see."""
    now = snapshot_of(run)
    if now.sub_progress is None:
        return now.message
    counted = now.sub_progress
    return f"{now.message} ({counted.current:g} of {counted.total:g} {counted.description})"
