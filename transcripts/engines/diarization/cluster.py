"""Pieces of speech to speakers: the two most alike are joined, again and again, until no two are alike enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.diarization.bic import Doubles, Statistics, delta_bic


def agglomerate(pieces: Statistics, *, ridge: Doubles, penalty: float, most: int) -> NDArray[np.intp]:
    """A cluster number for each piece, by ΔBIC; at most `most` clusters.

    All pairs are kept in a matrix, so this is for some hundreds of pieces at most.
    """
    count = len(pieces)
    labels = np.arange(count)
    merged = Statistics(pieces.frames.copy(), pieces.sums.copy(), pieces.squares.copy())
    distances = np.full((count, count), np.inf)
    one, other = np.triu_indices(count, 1)
    if len(one):
        distances[one, other] = delta_bic(merged[one], merged[other], ridge=ridge, penalty=penalty)
        distances[other, one] = distances[one, other]
    alive = np.ones(count, bool)
    while alive.sum() > 1:
        kept, gone = sorted(divmod(int(distances.argmin()), count))
        if distances[kept, gone] > 0 and alive.sum() <= most:
            break
        for values in (merged.frames, merged.sums, merged.squares):
            values[kept] += values[gone]
        labels[labels == gone] = kept
        alive[gone] = False
        distances[gone, :] = distances[:, gone] = np.inf
        others = np.flatnonzero(alive & (np.arange(count) != kept))
        if len(others):
            same = merged[np.full(len(others), kept)]
            distances[kept, others] = delta_bic(same, merged[others], ridge=ridge, penalty=penalty)
            distances[others, kept] = distances[kept, others]
    return np.unique(labels, return_inverse=True)[1]
