"""docs/defects.md has a row for every number, and names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TEXT = (PROJECT / "docs" / "defects.md").read_text(encoding="utf-8")
NUMBERS = [*range(1, 19), *range(20, 45), *range(50, 77)]


def test_every_defect_has_its_row_once_and_in_order() -> None:
    assert [int(number) for number in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)] == NUMBERS


def test_every_complaint_and_every_slowness_has_its_row() -> None:
    assert re.findall(r"^\| ([PF]\d+) \|", TEXT, re.MULTILINE) == [
        *(f"P{number}" for number in range(1, 22)),
        *(f"F{number}" for number in range(1, 8)),
    ]


def test_the_tests_that_it_names_are_there() -> None:
    named = set(re.findall(r"tests/[\w/.]+\.py", TEXT))
    assert [path for path in sorted(named) if not (PROJECT / path).is_file()] == []


def test_what_is_not_tested_says_that_it_is_open() -> None:
    rows = re.findall(r"^\| \d+ \|.*\|$", TEXT, re.MULTILINE)
    assert [row for row in rows if row.endswith("| – |") and "pen:" not in row] == []
