"""Speech reduced to what a Gaussian needs to know: how many frames, their sum and the sum of their squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.diarization.features import Doubles, Floats
from transcripts.engines.diarization.turns import Flags

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of k pieces of speech: frames (k,), sums (k, d) and squares (k, d, d) of the features within each."""

    frames: Doubles
    sums: Doubles
    squares: Doubles

    @classmethod
    def of(cls, features: Floats, spans: Sequence[tuple[int, int]], *, counted: Flags, weight: float) -> Evidence:
        """Of the counted frames within each span (first, last + 1), each frame counting as `weight` of one."""
        pieces = [features[first:last][counted[first:last]].astype(np.float64) for first, last in spans]
        return cls(
            frames=weight * np.array([len(piece) for piece in pieces], float),
            sums=weight * np.array([piece.sum(axis=0) for piece in pieces]),
            squares=weight * np.array([piece.T @ piece for piece in pieces]),
        )

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, which: Index | slice) -> Evidence:
        return Evidence(self.frames[which], self.sums[which], self.squares[which])

    def __add__(self, other: Evidence) -> Evidence:
        """Pair by pair; a single piece is added to each of the other side."""
        return Evidence(self.frames + other.frames, self.sums + other.sums, self.squares + other.squares)

    @property
    def size(self) -> int:
        """The number of features per frame."""
        return int(self.sums.shape[-1])

    def shared_out(self, shares: Doubles) -> Evidence:
        """For shares (k, n) of each piece in n speakers: what each speaker gets."""
        flat = self.squares.reshape(len(self), -1)
        return Evidence(
            frames=shares.T @ self.frames,
            sums=shares.T @ self.sums,
            squares=(shares.T @ flat).reshape(-1, self.size, self.size),
        )

    def grouped(self, labels: Index) -> Evidence:
        """What the pieces with the labels 0, 1, 2… hold together."""
        return self.shared_out(np.eye(int(labels.max()) + 1)[labels])

    def capped(self, most: float) -> Evidence:
        """The same distributions, each known from at most so many frames."""
        scale = np.minimum(1.0, most / np.maximum(self.frames, 1e-9))
        return Evidence(self.frames * scale, self.sums * scale[:, None], self.squares * scale[:, None, None])
