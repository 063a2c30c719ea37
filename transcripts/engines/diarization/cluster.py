"""Pieces of speech to speakers, bottom up: the two that are most likely one are joined, again and again."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from transcripts.engines.diarization.evidence import Evidence, Index
from transcripts.engines.diarization.features import Doubles
from transcripts.engines.diarization.gaussian import Prior

#: Pairs compared in one go, for memory.
PAIRS = 20_000


def partitions(pieces: Evidence, *, prior: Prior, counts: Sequence[int]) -> list[Index]:
    """The labels of all pieces when so many speakers are left, for each of `counts` that there are pieces for."""
    clusters = _Clusters(pieces, prior)
    found = []
    for count in sorted({min(count, len(pieces)) for count in counts}, reverse=True):
        while clusters.count > count:
            clusters.merge(*clusters.most_alike())
        found.append(clusters.labels())
    return found


def linked(speakers: Evidence, *, prior: Prior, most: int, known: float) -> Index:
    """Which speakers of different stretches of a recording are the same: a label from 0 up for each.

    Two are one when that is likelier than not, or as long as there are more than `most`. Of each no more than `known`
    frames are counted: a voice moves in an hour, and with enough frames it is not even like itself.
    """
    clusters = _Clusters(speakers, prior, known=known)
    while clusters.count > 1:
        one, other = clusters.most_alike()
        if clusters.likeness(one, other) < 0 and clusters.count <= most:
            break
        clusters.merge(one, other)
    return clusters.labels()


class _Clusters:
    """Clusters, and how much more likely each two of them are one speaker than two (the logarithm of the ratio)."""

    def __init__(self, pieces: Evidence, prior: Prior, *, known: float = math.inf) -> None:
        self._prior = prior
        self._known = known
        self._pieces = Evidence(pieces.frames.copy(), pieces.sums.copy(), pieces.squares.copy())
        self._marginals = prior.log_marginals(pieces.capped(known))
        self._likeness = self._compare_all()
        self._alive = np.ones(len(pieces), bool)
        self._owners = np.arange(len(pieces))
        self.count = len(pieces)

    def labels(self) -> Index:
        return np.unique(self._owners, return_inverse=True)[1]

    def most_alike(self) -> tuple[int, int]:
        one, other = divmod(int(self._likeness.argmax()), len(self._alive))
        return one, other

    def likeness(self, one: int, other: int) -> float:
        return float(self._likeness[one, other])

    def merge(self, kept: int, gone: int) -> None:
        for values in (self._pieces.frames, self._pieces.sums, self._pieces.squares):
            values[kept] += values[gone]
        self._owners[self._owners == gone] = kept
        self._alive[gone] = False
        self.count -= 1
        self._likeness[gone, :] = self._likeness[:, gone] = -np.inf
        self._marginals[kept] = self._prior.log_marginals(self._pieces[kept : kept + 1].capped(self._known))[0]
        others = np.flatnonzero(self._alive)
        others = others[others != kept]
        self._likeness[kept, others] = self._likeness[others, kept] = self._compare(np.full_like(others, kept), others)

    def _compare(self, one: Index, other: Index) -> Doubles:
        together = self._pieces[one].capped(self._known) + self._pieces[other].capped(self._known)
        ratio: Doubles = self._prior.log_marginals(together) - self._marginals[one] - self._marginals[other]
        return ratio

    def _compare_all(self) -> Doubles:
        likeness = np.full((len(self._pieces),) * 2, -np.inf)
        pairs = np.triu_indices(len(self._pieces), 1)
        for first in range(0, len(pairs[0]), PAIRS):
            one, other = (side[first : first + PAIRS] for side in pairs)
            likeness[one, other] = likeness[other, one] = self._compare(one, other)
        return likeness
