"""How good a transcript is, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transcripts.domain.quality import word_for


@dataclass(frozen=True, slots=True)
class Lost:
    """Why the score is lower, and by how many points."""

    sentence: str
    points: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was dropped: `what` it was to be ("Decision"), its text, and why."""

    what: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class QualityShown:
    """`level`, for the colour, is good, fair, poor or none."""

    word: str
    level: str
    score: int | None
    lost: Sequence[Lost]
    checked: int
    weak: int
    dropped: int
    left_out: Sequence[LeftOut]


def quality_of(found: Mapping[str, Any] | None) -> QualityShown | None:
    """None for a transcript that was not checked."""
    if not found:
        return None
    score, checked = found["score"], found.get("checked", {})
    word = word_for(score)
    return QualityShown(
        word=word,
        level="none" if score is None else word.lower(),
        score=score,
        lost=[Lost(reason["sentence"], reason["points"]) for reason in found["reasons"]],
        checked=checked.get("sentences", 0),
        weak=checked.get("weak", 0),
        dropped=checked.get("dropped", 0),
        left_out=[LeftOut(one["what"].capitalize(), one["text"], one["reason"]) for one in found.get("left_out", [])],
    )
