"""Pieces of speech to speakers, bottom up: the two that are most likely one are joined, again and again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transcripts.engines.diarization.evidence import Evidence, Index
from transcripts.engines.diarization.features import Doubles
from transcripts.engines.diarization.gaussian import Prior

#: More pieces than this are clustered in parts first: the work grows with the square of their number.
AT_ONCE = 250
#: So many clusters of each part are clustered further.
PER_PART = 25
#: Pairs compared in one go, for memory.
PAIRS = 20_000


def partitions(pieces: Evidence, *, prior: Prior, counts: Sequence[int]) -> list[Index]:
    """The labels of all pieces when so many speakers are left, for each of `counts` that is possible."""
    if len(pieces) <= AT_ONCE:
        return _merged(pieces, prior=prior, counts=counts)
    parts = np.array_split(np.arange(len(pieces)), -(-len(pieces) // AT_ONCE))
    first = np.concatenate(
        [_merged(pieces[part], prior=prior, counts=[PER_PART])[0] + number * PER_PART for number, part in enumerate(parts)]
    )
    return [labels[first] for labels in partitions(pieces.grouped(first), prior=prior, counts=counts)]


def _merged(pieces: Evidence, *, prior: Prior, counts: Sequence[int]) -> list[Index]:
    heap = _Clusters(pieces, prior)
    found = []
    for count in sorted({min(count, len(pieces)) for count in counts}, reverse=True):
        while heap.count > count:
            heap.merge_best()
        found.append(np.unique(heap.labels, return_inverse=True)[1])
    return found


class _Clusters:
    """Clusters and the logarithm of how much more likely each two are one speaker than two."""

    def __init__(self, pieces: Evidence, prior: Prior) -> None:
        self._prior = prior
        self._clusters = Evidence(pieces.frames.copy(), pieces.sums.copy(), pieces.squares.copy())
        self._marginals = prior.log_marginals(pieces)
        self._likeness = self._compare_all()
        self._alive = np.ones(len(pieces), bool)
        self.count = len(pieces)
        self.labels = np.arange(len(pieces))

    def merge_best(self) -> None:
        kept, gone = divmod(int(self._likeness.argmax()), len(self._alive))
        for values in (self._clusters.frames, self._clusters.sums, self._clusters.squares):
            values[kept] += values[gone]
        self.labels[self.labels == gone] = kept
        self._alive[gone] = False
        self.count -= 1
        self._likeness[gone, :] = self._likeness[:, gone] = -np.inf
        self._marginals[kept] = self._prior.log_marginals(self._clusters[kept : kept + 1])[0]
        others = np.flatnonzero(self._alive)
        others = others[others != kept]
        self._likeness[kept, others] = self._likeness[others, kept] = self._compare(np.full_like(others, kept), others)

    def _compare(self, one: Index, other: Index) -> Doubles:
        together = self._prior.log_marginals(self._clusters[one] + self._clusters[other])
        ratio: Doubles = together - self._marginals[one] - self._marginals[other]
        return ratio

    def _compare_all(self) -> Doubles:
        likeness = np.full((len(self._clusters),) * 2, -np.inf)
        pairs = np.triu_indices(len(self._clusters), 1)
        for first in range(0, len(pairs[0]), PAIRS):
            one, other = (side[first : first + PAIRS] for side in pairs)
            likeness[one, other] = likeness[other, one] = self._compare(one, other)
        return likeness
