"""Temporary decodes: one directory per run, one inside it per attempt, gone with them."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from transcripts.enums import RunState
from transcripts.models import Run


def run_directory(run_id: object) -> Path:
    """What all parts of a run share on this machine, such as a download of its audio."""
    path = Path(settings.SCRATCH_DIR) / str(run_id)
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def attempt_directory(run_id: object, name: str) -> Iterator[Path]:
    path = run_directory(run_id) / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_run(run_id: object) -> None:
    shutil.rmtree(Path(settings.SCRATCH_DIR) / str(run_id), ignore_errors=True)


def sweep() -> None:
    """Remove the directories of runs that are over or gone, which a crash left on this machine."""
    root = Path(settings.SCRATCH_DIR)
    found = {path.name for path in root.iterdir()} if root.exists() else set()
    ids = {name for name in found if _is_uuid(name)}
    active = Run.objects.filter(pk__in=ids, state=RunState.ACTIVE).values_list("pk", flat=True)
    for name in ids - {str(run_id) for run_id in active}:
        remove_run(name)


def _is_uuid(name: str) -> bool:
    try:
        uuid.UUID(name)
    except ValueError:
        return False
    return True
