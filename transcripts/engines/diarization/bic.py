"""One Gaussian per piece of speech, and the Bayesian information criterion: are two pieces one speaker or two?

S. Chen and P. Gopalakrishnan, "Speaker, environment and channel change detection and clustering via the Bayesian
information criterion", 1998.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.diarization.features import Floats

Doubles = NDArray[np.float64]

#: Added to each variance, as a share of the variance of the whole recording: a short piece has too few frames.
SHRINKAGE = 0.05


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a set of pieces is reduced to: frames (k,), sums (k, d), squares (k, d, d) of the features in each."""

    frames: Doubles
    sums: Doubles
    squares: Doubles

    @classmethod
    def of(cls, features: Floats, pieces: list[NDArray[np.intp]]) -> Statistics:
        """Statistics of the frames that each piece names."""
        parts = [features[piece].astype(np.float64) for piece in pieces]
        return cls(
            frames=np.array([len(part) for part in parts], float),
            sums=np.array([part.sum(axis=0) for part in parts]),
            squares=np.array([part.T @ part for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, which: NDArray[np.intp] | slice) -> Statistics:
        return Statistics(self.frames[which], self.sums[which], self.squares[which])

    def __add__(self, other: Statistics) -> Statistics:
        return Statistics(self.frames + other.frames, self.sums + other.sums, self.squares + other.squares)

    def total(self) -> Statistics:
        return Statistics(
            self.frames.sum(axis=0)[None], self.sums.sum(axis=0)[None], self.squares.sum(axis=0)[None]
        )

    def log_determinants(self, ridge: Doubles) -> Doubles:
        """Of the covariance of each piece, `ridge` (d, d) added."""
        means = self.sums / self.frames[:, None]
        covariances = self.squares / self.frames[:, None, None] - means[:, :, None] * means[:, None, :]
        logdet: Doubles = np.linalg.slogdet(covariances + ridge)[1]
        return logdet


def ridge_of(statistics: Statistics) -> Doubles:
    """The regularisation that goes with these pieces: a share of the variances of all of them together."""
    total = statistics.total()
    mean = total.sums[0] / total.frames[0]
    variance = np.diagonal(total.squares[0]) / total.frames[0] - mean**2
    return np.diag(SHRINKAGE * variance + 1e-6)


def delta_bic(one: Statistics, other: Statistics, *, ridge: Doubles, penalty: float) -> Doubles:
    """How much worse one Gaussian describes both pieces than two do, less the price of the second: above 0, they differ.

    Pieces are compared by pairs, so both sides have the same length.
    """
    both = one + other
    gain = 0.5 * (
        both.frames * both.log_determinants(ridge)
        - one.frames * one.log_determinants(ridge)
        - other.frames * other.log_determinants(ridge)
    )
    size = ridge.shape[0]
    parameters = size + size * (size + 1) / 2
    result: Doubles = gain - penalty * 0.5 * parameters * np.log(both.frames)
    return result
