"""Which sentences say the most: centrality in a graph of similar sentences, and a choice without repetition.

Centrality is TextRank (Mihalcea and Tarau 2004) with the cosine of TF-IDF vectors as the strength of a link, as in
LexRank (Erkan and Radev 2004). The graph is never written down: a step of the power iteration is two products with the
sparse sentence-by-word matrix, so that ten hours of speech cost ten times one hour, not a hundred times. The choice is
maximal marginal relevance (Carbonell and Goldstein 1998).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_DAMPING, _STEPS = 0.85, 30
_NOVELTY = 0.45  # what a repetition costs, beside what a sentence is worth

Floats = NDArray[np.float64]
Vector = Mapping[str, float]


def vectors(documents: Sequence[Sequence[str]]) -> list[Vector]:
    """A TF-IDF vector of length 1 for each list of stems; an empty one for a list without any."""
    known = Counter(word for document in documents for word in set(document))
    count = len(documents)
    found: list[Vector] = []
    for document in documents:
        raw = {word: times * math.log(1 + count / known[word]) for word, times in Counter(document).items()}
        length = math.sqrt(sum(value * value for value in raw.values()))
        found.append({word: value / length for word, value in raw.items()})
    return found


def similarity(one: Vector, other: Vector) -> float:
    """The cosine of two vectors of length 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[word] for word, value in one.items() if word in other)


def centrality(documents: Sequence[Vector]) -> Floats:
    """How much each document agrees with the others, 1 for the most central one."""
    if not documents:
        return np.zeros(0)
    matrix = _Sparse(documents)
    degrees = np.maximum(matrix.neighbours(np.ones(len(documents))), 1e-9)
    rank = np.full(len(documents), 1 / len(documents))
    for _ in range(_STEPS):
        rank = (1 - _DAMPING) / len(documents) + _DAMPING * matrix.neighbours(rank / degrees)
    return np.asarray(rank / rank.max())


class _Sparse:
    """The documents as a matrix of which only the entries that are not zero are kept."""

    def __init__(self, documents: Sequence[Vector]) -> None:
        columns: dict[str, int] = {}
        entries = [
            (row, columns.setdefault(word, len(columns)), value)
            for row, document in enumerate(documents)
            for word, value in document.items()
        ]
        self.height, self.width = len(documents), len(columns)
        self.rows = np.array([row for row, _, _ in entries], dtype=np.int64)
        self.columns = np.array([column for _, column, _ in entries], dtype=np.int64)
        self.values = np.array([value for _, _, value in entries], dtype=np.float64)
        self.own = np.bincount(self.rows, self.values**2, minlength=self.height)

    def neighbours(self, weights: Floats) -> Floats:
        """For each document the weights of all others, times their similarity with it."""
        words = np.bincount(self.columns, self.values * weights[self.rows], minlength=self.width)
        sums = np.bincount(self.rows, self.values * words[self.columns], minlength=self.height)
        return np.asarray(sums - self.own * weights)


def choose(scores: Sequence[float], documents: Sequence[Vector], count: int) -> list[int]:
    """Indices of up to `count` documents that score high and differ from each other, the best first.

    Documents that score 0 or less are never chosen.
    """
    left = [place for place, score in enumerate(scores) if score > 0]
    likeness = dict.fromkeys(left, 0.0)
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda place: scores[place] - _NOVELTY * likeness[place])
        chosen.append(best)
        left.remove(best)
        for place in left:
            likeness[place] = max(likeness[place], similarity(documents[place], documents[best]))
    return chosen
