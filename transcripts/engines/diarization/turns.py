"""From whatever an engine found to turns as the rest of the system wants them."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.base import SpeakerTurn

Flags = NDArray[np.bool_]

#: Turns of one speaker with no more than this between them (seconds) are one turn.
TOUCHING = 0.01


def normalised(spans: Iterable[tuple[float, float, Hashable]]) -> list[SpeakerTurn]:
    """Turns in order of time from (start, end, label) in any order; labels become 0, 1, 2… by first appearance.

    Spans of the same label that touch or overlap become one turn, empty ones are dropped. Turns of different speakers
    may overlap. Times are rounded to milliseconds.
    """
    rounded = ((round(start, 3), round(end, 3), label) for start, end, label in spans)
    joined = _joined(sorted((span for span in rounded if span[1] > span[0]), key=lambda span: span[:2]))
    numbers: dict[Hashable, int] = {}
    return [SpeakerTurn(start, end, numbers.setdefault(label, len(numbers))) for start, end, label in joined]


def _joined(ordered: Iterable[tuple[float, float, Hashable]]) -> list[tuple[float, float, Hashable]]:
    """The same spans, in order, those of one label that touch or overlap as one."""
    places: dict[Hashable, int] = {}  # where the last span of each label is in the list
    joined: list[tuple[float, float, Hashable]] = []
    for start, end, label in ordered:
        place = places.get(label)
        if place is not None and start <= joined[place][1] + TOUCHING:
            joined[place] = (joined[place][0], max(joined[place][1], end), label)
        else:
            places[label] = len(joined)
            joined.append((start, end, label))
    return sorted(joined, key=lambda span: span[:2])


def runs(labels: NDArray[np.integer]) -> list[tuple[int, int, int]]:
    """Runs of equal labels as (first, last + 1, label); negative labels mean nobody and are left out."""
    if not len(labels):
        return []
    edges = np.flatnonzero(np.diff(labels)) + 1
    firsts = np.concatenate([[0], edges])
    lasts = np.concatenate([edges, [len(labels)]])
    return [(int(a), int(b), int(labels[a])) for a, b in zip(firsts, lasts, strict=True) if labels[a] >= 0]


def flagged(flags: Flags) -> list[tuple[int, int]]:
    """Runs of true flags as (first, last + 1)."""
    return [(first, last) for first, last, _ in runs(np.where(flags, 0, -1))]


def close_gaps(flags: Flags, *, longest: float) -> Flags:
    """The same flags, true also in gaps of up to `longest` frames between two true ones."""
    closed = flags.copy()
    found = flagged(flags)
    for (_, before), (after, _) in itertools.pairwise(found):
        if after - before <= longest:
            closed[before:after] = True
    return closed


def drop_short(flags: Flags, *, shortest: float) -> Flags:
    """The same flags, without runs of fewer than `shortest` frames."""
    kept = flags.copy()
    for first, last in flagged(flags):
        if last - first < shortest:
            kept[first:last] = False
    return kept
