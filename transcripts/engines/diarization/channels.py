"""Two channels: two speakers, or one room in stereo?

A call recorded with a side on each channel is told apart from an ordinary stereo mix by how the loudness of both moves:
when one side speaks the other is silent, or far quieter and unlike it, while in a mix both are loud together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
Doubles = NDArray[np.float64]

RATE = 16_000
#: Loudness is compared in windows of so many samples (100 ms).
WINDOW = RATE // 10
#: Levels are counted to whole dB from -100 dB of full scale to 0.
LEVELS = 101
#: A window counts as active this far (dB) below the loud windows (95th percentile) of the louder channel.
RANGE = 35
#: One channel is alone in a window when the other is this much (dB) quieter: cross-talk of headsets is weaker still.
ALONE = 10
#: Shares of the active windows: channels are separate when one of them is alone in nearly all of them,
MOSTLY_ALONE = 0.75
#: and each is alone in at least this share, and this often (seconds).
EACH = 0.05
EACH_SECONDS = 1.0


class ChannelStatistics:
    """Feed it blocks of both channels, of any length, then ask `separate()`. Memory: 100 kB, however much is fed."""

    def __init__(self) -> None:
        self._rest = np.zeros((0, 2), np.int16)
        self._counts = np.zeros((LEVELS, LEVELS), np.int64)

    def feed(self, block: Samples) -> None:
        """Take the next samples, shape (n, 2), 16 kHz."""
        samples = np.concatenate([self._rest, block])
        whole = len(samples) // WINDOW * WINDOW
        self._rest = samples[whole:].copy()
        if not whole:
            return
        power = (samples[:whole].reshape(-1, WINDOW, 2).astype(np.float64) ** 2).mean(axis=1) / 32768**2
        level = np.clip(10 * np.log10(power + 1e-10) + LEVELS - 1, 0, LEVELS - 1).round().astype(np.intp)
        np.add.at(self._counts, (level[:, 0], level[:, 1]), 1)

    def separate(self) -> bool:
        """True when each channel carries speakers of its own."""
        left, right = np.indices(self._counts.shape)
        loudest = max(_loud(self._counts.sum(axis=1)), _loud(self._counts.sum(axis=0)))
        active = np.where(np.maximum(left, right) > max(loudest - RANGE, LEVELS // 4), self._counts, 0)
        total = active.sum()
        if not total:
            return False
        only = [active[left - right >= ALONE].sum(), active[right - left >= ALONE].sum()]
        enough = all(count >= EACH * total and count * WINDOW / RATE >= EACH_SECONDS for count in only)
        return bool(enough and sum(only) >= MOSTLY_ALONE * total)


def separate_channels(samples: Samples) -> bool:
    """Whether the channels of samples of shape (n, 2), 16 kHz, carry different speakers."""
    statistics = ChannelStatistics()
    statistics.feed(samples)
    return statistics.separate()


def _loud(counts: NDArray[np.int64]) -> int:
    """The level that a twentieth of the windows reach."""
    share = np.cumsum(counts) / max(1, counts.sum())
    return int(np.searchsorted(share, 0.95))
