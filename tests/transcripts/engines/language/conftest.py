"""Meetings to read: three written out in tests/fixtures/meetings, and whatever a test writes down itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.transcripts.engines.language.talk import Meeting
from transcripts.engines.base import Line

_MEETINGS = Path(__file__).parents[3] / "fixtures" / "meetings"


@pytest.fixture(scope="session")
def meeting() -> Callable[[str], Meeting]:
    """`meeting("product-planning")`: the lines, language and true topics of a fixture."""

    def load(name: str) -> Meeting:
        document = json.loads((_MEETINGS / f"{name}.json").read_text())
        return Meeting(
            lines=[Line(*row) for row in document["lines"]],
            language=document["language"],
            firsts=[topic["first"] for topic in document["topics"]],
        )

    return load
