"""Meetings as evidence, and claims about them: paraphrases that are true and inventions that are not.

The claims in `tests/fixtures/grounding` were written by hand, as a language model summarizes and as one invents.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcripts.domain.heard import Heard, Meeting
from transcripts.engines.base import Line

FIXTURES = Path(__file__).parents[2] / "fixtures"
MEETINGS = ("product-planning", "projektbesprechung", "clinic-support-call")
UNSEEN = ("warehouse", "bibliotheque")
INVENTED = ("number", "name", "nowhere")


@dataclass(frozen=True)
class Claimed:
    """`kind`: paraphrase, or what is wrong: number, name, negation, nowhere."""

    kind: str
    seconds: list[float]
    text: str


def lines_of(name: str) -> tuple[list[Line], str]:
    document = json.loads((FIXTURES / "meetings" / f"{name}.json").read_text())
    return [Line(*row) for row in document["lines"]], document["language"]


def meeting_of(lines: list[Line], language: str) -> Meeting:
    speakers = {name: number for number, name in enumerate(dict.fromkeys(line.speaker for line in lines))}
    heard = [Heard(speakers[line.speaker], line.start, line.end, line.text) for line in lines]
    return Meeting(heard, language, {number: (f"Speaker {number}", name) for name, number in speakers.items()})


def meeting(name: str) -> Meeting:
    return meeting_of(*lines_of(name))


def claimed(name: str) -> tuple[Meeting, list[Claimed]]:
    """The meeting, and what is claimed about it with the seconds of the lines that it cites."""
    if name in UNSEEN:
        document = json.loads((FIXTURES / "grounding" / "unseen" / f"{name}.json").read_text())
        about = meeting_of([Line(*row) for row in document["lines"]], document["language"])
        return about, _claims(about, document["claims"])
    about = meeting(name)
    return about, _claims(about, json.loads((FIXTURES / "grounding" / f"{name}.json").read_text()))


def _claims(about: Meeting, rows: list[Any]) -> list[Claimed]:
    return [Claimed(kind, [about.heard[line].start for line in lines], text) for kind, lines, text in rows]
