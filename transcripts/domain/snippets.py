"""Pieces of text around what was found: 150 characters, 50 of them before it, with `...` where text is left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

LENGTH = 150
BEFORE = 50

#: What `ts_headline` puts around a match; control characters occur in no text that people wrote.
START, STOP = "\x02", "\x03"

Span = tuple[int, int]  # characters


@dataclass(frozen=True, slots=True)
class Snippet:
    """`text` as it is written, `marked` as HTML with <mark> around each match."""

    text: str
    marked: str


def spans(marked: str) -> list[Span]:
    """Where the matches are, in the text without the marks."""
    found, place = [], 0
    for piece in re.split(f"({START}[^{STOP}]*{STOP})", marked):
        core = piece.strip(START + STOP) if piece.startswith(START) else piece
        if core is not piece:
            found.append((place, place + len(core)))
        place += len(core)
    return found


def literal(text: str, wanted: str) -> list[Span]:
    """Where these very characters stand, in capitals or not."""
    return [match.span() for match in re.finditer(re.escape(wanted), text, re.IGNORECASE)] if wanted else []


def side_by_side(text: str, found: Sequence[Span], distances: Sequence[Sequence[int]]) -> list[Span]:
    """Of the words that were found, those that stand in one of the phrases: as many words apart as `distances` says."""
    starts = [match.start() for match in re.finditer(r"[^\W_]+", text)]
    by_place = {bisect_right(starts, span[0]): span for span in found}
    kept: set[Span] = set()
    for place in by_place:
        for steps in distances:
            phrase = [by_place.get(place + step) for step in accumulate(steps, initial=0)]
            kept.update(span for span in phrase if None not in phrase and span is not None)
    return sorted(kept)


def joined(found: Sequence[Span]) -> list[Span]:
    """In order, without overlaps."""
    result: list[Span] = []
    for start, end in sorted(found):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def snippets(text: str, matches: Sequence[Span], *, first: Sequence[Span] = (), most: int = 3) -> list[Snippet]:
    """Windows on the text, in its order, that do not overlap: around `first` if there are any, else around matches."""
    windows: list[Span] = []
    for start, end in first or matches:
        if len(windows) == most:
            break
        begin = max(0, start - BEFORE)
        if not windows or begin >= windows[-1][1]:
            windows.append((begin, min(len(text), max(begin + LENGTH, end))))
    return [_snippet(text, window, matches) for window in windows]


def _snippet(text: str, window: Span, matches: Sequence[Span]) -> Snippet:
    begin, end = window
    inner = text[begin:end]
    before, after = "..." if begin > 0 else "", "..." if end < len(text) else ""
    begin, end = begin + len(inner) - len(inner.lstrip()), begin + len(inner.rstrip())
    return Snippet(before + text[begin:end] + after, before + _marked(text, (begin, end), matches) + after)


def whole(text: str, matches: Sequence[Span]) -> Snippet:
    """All of a text that is short."""
    return Snippet(text, _marked(text, (0, len(text)), matches))


def _marked(text: str, window: Span, matches: Sequence[Span]) -> str:
    place, end = window
    found = []
    for start, stop in matches:
        low, high = max(start, place), min(stop, end)
        if low < high:
            found += [escape(text[place:low]), f"<mark>{escape(text[low:high])}</mark>"]
            place = high
    return "".join([*found, escape(text[place:end])])
