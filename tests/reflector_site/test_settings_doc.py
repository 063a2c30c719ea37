"""docs/settings.md is what `manage.py settings` prints."""

from __future__ import annotations

import io
from pathlib import Path

from django.core.management import call_command

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_the_table_is_true() -> None:
    printed = io.StringIO()
    call_command("settings", stdout=printed)
    assert _without_defaults_of_this_machine(printed.getvalue()) == _without_defaults_of_this_machine(
        DOCUMENT.read_text()
    )


def _without_defaults_of_this_machine(text: str) -> list[list[str]]:
    """The rows without the column of defaults where it holds a path, which tests set elsewhere."""
    rows = [line.split("|") for line in text.strip().splitlines()]
    return [row if len(row) < 5 or "var" not in row[3] else [*row[:3], *row[4:]] for row in rows]
