"""Conversations as tests write them down."""

from __future__ import annotations

from dataclasses import dataclass

from transcripts.engines.base import Line


@dataclass(frozen=True)
class Meeting:
    lines: list[Line]
    language: str
    firsts: list[int]  # the line with which each true topic begins


def talk(text: str) -> list[Line]:
    """Lines of "Name: words", spoken one after the other at 150 words a minute with half a second between."""
    lines: list[Line] = []
    for row in text.strip().splitlines():
        speaker, said = row.strip().split(": ", 1)
        start = lines[-1].end + 0.5 if lines else 0.0
        lines.append(Line(speaker, start, start + 0.4 * len(said.split()), said))
    return lines


def ignored(done: float, total: float) -> None:
    """Progress that nobody looks at."""
