"""The picture of a recording: its loudest sample in each of 255 equal stretches."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

POINTS = 255
_BINS = 8192  # at least 16 bins to a point once they have been doubled, so a point's edges are within 1/16 of its width


class Waveform:
    """Peaks of a stream whose length nobody knows beforehand, in constant memory.

    Samples fall into bins of equal width; when all bins are used, neighbours are merged and bins become twice as wide.
    """

    def __init__(self) -> None:
        self._bins: NDArray[np.int32] = np.zeros(_BINS, dtype=np.int32)
        self._width = 1
        self._samples = 0

    def feed(self, block: NDArray[np.int16]) -> None:
        """Take the next samples of one channel."""
        loud = np.abs(block.astype(np.int32))
        while len(loud):
            if self._samples == self._width * _BINS:
                self._widen()
            loud = loud[self._take(loud) :]

    def _take(self, loud: NDArray[np.int32]) -> int:
        """Put samples into bins until there are none, or no bins; the number taken."""
        index, filled = divmod(self._samples, self._width)
        count = min(len(loud), self._width * _BINS - self._samples)
        # Zeros make the first and the last bin whole: a peak is never smaller than zero.
        padded = np.zeros(-(-(filled + count) // self._width) * self._width, dtype=np.int32)
        padded[filled : filled + count] = loud[:count]
        peaks = padded.reshape(-1, self._width).max(axis=1)
        np.maximum(self._bins[index : index + len(peaks)], peaks, out=self._bins[index : index + len(peaks)])
        self._samples += count
        return count

    def _widen(self) -> None:
        merged = self._bins.reshape(-1, 2).max(axis=1)
        self._bins[:] = 0
        self._bins[: len(merged)] = merged
        self._width *= 2

    def peaks(self) -> list[float]:
        """255 values from 0 to 1, the loudest being 1, rounded to two decimals; zeros where there was only silence."""
        used = -(-self._samples // self._width)
        if not used or not (top := int(self._bins[:used].max())):
            return [0.0] * POINTS
        edges = np.arange(POINTS + 1) * used // POINTS
        # With fewer bins than points, neighbouring points show the same bin.
        points = [self._bins[start : max(end, start + 1)].max() for start, end in pairwise(edges)]
        return [round(int(point) / top, 2) for point in points]
