"""Two channels: a speaker on each, or one room in stereo?

The loudness of both tells: in an ordinary stereo mix it rises and falls together, while people on separate lines speak
in turns, or over each other without keeping step.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.wav import RATE, Samples

Counts = NDArray[np.int64]

#: Loudness is compared in windows of 100 ms, in whole dB from -100 dB of full scale to 0.
WINDOW = RATE // 10
LEVELS = 101
#: A window is loud for a channel within this range (dB) below its loudest twentieth.
RANGE = 25
#: Each channel must swing by this much (dB), or it carries hum and no speaker,
SWING = 12
#: and must not be this much (dB) below the other, or it carries only what leaks over.
LEAK = 30
#: So many windows must be loud before anything is said about the channels.
ENOUGH = 20
#: Loudness in the channels of one room correlates by 0.7 and more; that of separate speakers by 0.3 and less, below
#: zero where they listen to each other.
CORRELATION = 0.4


class ChannelStatistics:
    """Feed it blocks of both channels, of any length, then ask `separate()`. Memory: 100 kB, however much is fed."""

    def __init__(self) -> None:
        self._rest = np.zeros((0, 2), np.int16)
        self._counts = np.zeros((LEVELS, LEVELS), np.int64)  # windows by level of the left and of the right channel

    def feed(self, block: Samples) -> None:
        """Take the next samples, shape (n, 2), 16 kHz."""
        samples = np.concatenate([self._rest, block])
        whole = len(samples) // WINDOW * WINDOW
        self._rest = samples[whole:].copy()
        if whole:
            left, right = _levels(samples[:whole]).T
            np.add.at(self._counts, (left, right), 1)

    def separate(self) -> bool:
        """True when each channel carries a speaker of its own."""
        sides = self._counts.sum(axis=1), self._counts.sum(axis=0)
        quiet = np.array([_reached(side, 0.05) for side in sides])
        loud = np.array([_reached(side, 0.95) for side in sides])
        if (loud - quiet < SWING).any() or abs(loud[0] - loud[1]) > LEAK:
            return False
        above = np.indices(self._counts.shape) - (loud - RANGE)[:, None, None]
        active = np.where((above > 0).any(axis=0), self._counts, 0)
        # What is far below the range is silence, however deep.
        return bool(active.sum() >= ENOUGH and _correlation(np.maximum(above, -RANGE), active) < CORRELATION)


def separate_channels(samples: Samples) -> bool:
    """Whether the channels of samples of shape (n, 2), 16 kHz, carry different speakers."""
    statistics = ChannelStatistics()
    statistics.feed(samples)
    return statistics.separate()


def _levels(samples: Samples) -> NDArray[np.intp]:
    """The level of each window and channel as a number from 0 to LEVELS - 1: shape (windows, 2)."""
    power = (samples.reshape(-1, WINDOW, 2).astype(np.float64) ** 2).mean(axis=1) / 32768**2
    decibel = 10 * np.log10(np.maximum(power, 1e-12))
    levels: NDArray[np.intp] = np.clip(decibel.round() + LEVELS - 1, 0, LEVELS - 1).astype(np.intp)
    return levels


def _reached(counts: Counts, share: float) -> int:
    """The level below which this share of the windows lie."""
    return int(np.searchsorted(np.cumsum(counts), share * counts.sum()))


def _correlation(levels: NDArray[np.intp], counts: Counts) -> float:
    """Pearson's, of two levels (2, …) that occur together as often as `counts` (…) says; 1 where one is constant."""
    weights = counts / counts.sum()
    left, right = levels - (levels * weights).sum(axis=(1, 2), keepdims=True)
    spread = np.sqrt((left**2 * weights).sum() * (right**2 * weights).sum())
    return float((left * right * weights).sum() / spread) if spread else 1.0
