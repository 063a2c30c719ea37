"""Targets that exist whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def removed_on_failure(target: Path) -> Iterator[None]:
    """Delete `target` when the block raises, a cancel included, so that nothing half-made remains."""
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise
