"""What the built-in diarizer hears: log energies in mel bands, frame by frame, and cepstra computed from them.

Both are the usual ones (S. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word
recognition in continuously spoken sentences", 1980), except that the bands are kept until the whole recording has been
read, so that those in which nothing happens (above 3.4 kHz on a telephone, above the cut of a codec) can be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from transcripts.engines.base import Clip
from transcripts.engines.wav import RATE, Samples, as_floats, read_clip

#: Log energies need no more than half precision (a step of 0.07 dB), and there are 290 MB of them in ten hours.
Bands = NDArray[np.float16]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

#: One frame each 10 ms, 25 ms wide.
FRAME_SECONDS = 0.01
HOP = int(RATE * FRAME_SECONDS)
WIDTH = RATE // 40
FFT = 512
PREEMPHASIS = 0.97

BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 80.0, 7800.0
#: Below this power (-115 dB of full scale in a band) everything is the same silence.
FLOOR = 10**-11.5
#: A band in which something happens swings by this much (dB) between its 10th and its 95th percentile.
SWING = 10.0
#: So many frames are worked on at a time, and percentiles taken over about so many, however long the recording.
SAMPLE = 50_000

#: Audio is read in blocks of so many seconds: memory holds features and never the whole recording.
BLOCK_SECONDS = 60.0


def read_blocks(clip: Clip) -> Iterator[tuple[Samples, float]]:
    """The samples of a clip block by block, each with the seconds read when it has been used.

    Raises Never as `read_clip` does.
    """
    start = clip.start
    while start < clip.end:
        end = min(start + BLOCK_SECONDS, clip.end)
        block = read_clip(replace(clip, start=start, end=end))
        if not len(block):
            return
        yield block, end - clip.start
        start = end


class MelBands:
    """Feed it samples in blocks of any size, then ask `finish()`."""

    def __init__(self) -> None:
        self._last = np.zeros(0, np.float32)  # the sample before the next block
        self._tail = np.zeros(0, np.float32)  # what the next frame begins with
        self._rows: list[Bands] = []

    def feed(self, block: Samples) -> None:
        if not len(block):
            return
        samples = as_floats(block)
        before = np.concatenate([self._last if len(self._last) else samples[:1], samples[:-1]])
        self._last = samples[-1:]
        signal = np.concatenate([self._tail, samples - np.float32(PREEMPHASIS) * before])
        count = max(0, 1 + (len(signal) - WIDTH) // HOP)
        if count:
            self._rows.append(_bands_of(signal, count).astype(np.float16))
        self._tail = signal[count * HOP :]

    def finish(self) -> Bands:
        """Natural logarithms of the power in each mel band: shape (frames, BANDS)."""
        return np.concatenate(self._rows) if self._rows else np.zeros((0, BANDS), np.float16)


def lively(bands: Bands) -> Bands:
    """Only the bands in which something happens; all of them when that is true for fewer than half."""
    low, high = np.percentile(bands[:: 1 + len(bands) // SAMPLE].astype(np.float32), (10, 95), axis=0)
    swinging = high - low > SWING * np.log(10) / 10
    return bands[:, swinging] if swinging.sum() >= BANDS // 2 else bands


def loudness(bands: Bands) -> Floats:
    """The power of each frame over the given bands, in dB."""
    power = np.concatenate([np.exp(part).sum(axis=1) for part in _parts(bands)])
    decibel: Floats = 10 * np.log10(power + np.float32(FLOOR))
    return decibel


def cepstra(bands: Bands, *, count: int) -> Floats:
    """The cepstral coefficients 1 to `count` of the given bands: shape (frames, count). Needs more bands than that."""
    return np.concatenate([dct(part, type=2, norm="ortho", axis=1)[:, 1 : count + 1] for part in _parts(bands)])


def _parts(bands: Bands) -> Iterator[Floats]:
    """In single precision, a part at a time."""
    for first in range(0, max(1, len(bands)), SAMPLE):
        yield bands[first : first + SAMPLE].astype(np.float32)


def _bands_of(signal: Floats, count: int) -> Floats:
    frames = np.lib.stride_tricks.sliding_window_view(signal, WIDTH)[::HOP][:count]
    power = np.abs(np.fft.rfft(frames * _WINDOW, FFT)) ** 2
    bands: Floats = np.log(power.astype(np.float32) @ _FILTERS + np.float32(FLOOR))
    return bands


def _filters() -> Floats:
    """Triangles on the mel scale (2595 log10(1 + f / 700)), scaled so that 1 is full scale: shape (bins, BANDS)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins = np.arange(FFT // 2 + 1)[:, None] * RATE / FFT
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    scale = float((_WINDOW**2).sum()) * FFT
    filters: Floats = (np.maximum(0, np.minimum(rising, falling)) / scale).astype(np.float32)
    return filters


_WINDOW = np.hamming(WIDTH).astype(np.float32)
_FILTERS = _filters()
