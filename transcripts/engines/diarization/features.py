"""What the built-in diarizer hears: log energies in mel bands, frame by frame, and cepstra computed from them.

Mel bands and cepstra are the usual ones (Davis and Mermelstein, "Comparison of parametric representations for
monosyllabic word recognition", 1980). Unusual is the order: the bands are kept until the whole recording has been read,
so that bands in which nothing ever happens (above 3.4 kHz on a telephone, above the cut of a codec) are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from transcripts.engines.base import Clip
from transcripts.engines.wav import RATE, Samples, as_floats, read_clip

Floats = NDArray[np.float32]

#: One frame each 10 ms, 25 ms wide.
FRAME_SECONDS = 0.01
HOP = int(RATE * FRAME_SECONDS)
WIDTH = RATE // 40
FFT = 512

BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 80.0, 7800.0
#: Below this power (-115 dB of full scale in a band) everything is the same silence.
FLOOR = 10**-11.5

#: Audio is read in blocks of so many seconds, so that memory holds features and never the whole recording.
BLOCK_SECONDS = 60.0


def mel_bands(clip: Clip, *, progress: Callable[[float], None]) -> Floats:
    """Natural logarithms of the power in each mel band: shape (frames, BANDS).

    `progress(seconds)` says how much of the clip was read. Raises Never as `read_clip` does.
    """
    rows: list[Floats] = []
    tail = np.zeros(0, np.int16)
    for block, seconds in _blocks(clip):
        samples = np.concatenate([tail, block])
        count = max(0, 1 + (len(samples) - WIDTH) // HOP)
        if count:
            rows.append(_bands_of(samples, count))
        tail = samples[count * HOP :]
        progress(seconds)
    return np.concatenate(rows) if rows else np.zeros((0, BANDS), np.float32)


def cepstra(bands: Floats, *, count: int) -> Floats:
    """The cepstral coefficients 1 to `count` of the bands that carry something: shape (frames, count)."""
    used = bands[:, lively(bands)]
    width = used.shape[1]
    coefficients: Floats = dct(used, type=2, norm="ortho", axis=1)[:, 1 : count + 1].astype(np.float32)
    if coefficients.shape[1] < count:  # so few bands that there are not as many coefficients
        coefficients = np.pad(coefficients, ((0, 0), (0, count - coefficients.shape[1])))
    return coefficients * np.float32((BANDS / max(width, 1)) ** 0.5)


def level(bands: Floats) -> Floats:
    """Loudness of each frame in dB, over the bands that carry something."""
    used = bands[:, lively(bands)]
    decibel: Floats = (10 * np.log10(np.exp(used).sum(axis=1) + FLOOR)).astype(np.float32)
    return decibel


def lively(bands: Floats) -> NDArray[np.bool_]:
    """Which bands swing by more than 10 dB; all of them when fewer than a quarter do."""
    low, high = np.percentile(bands[:: max(1, len(bands) // 20_000)], (10, 95), axis=0) if len(bands) else (0, 0)
    swinging = np.asarray((high - low) > np.log(10))
    return swinging if swinging.sum() >= BANDS // 4 else np.ones(BANDS, bool)


def _blocks(clip: Clip) -> Iterator[tuple[Samples, float]]:
    start = clip.start
    while start < clip.end:
        end = min(start + BLOCK_SECONDS, clip.end)
        block = read_clip(replace(clip, start=start, end=end))
        if not len(block):
            return
        yield block, end - clip.start
        start = end


def _bands_of(samples: Samples, count: int) -> Floats:
    signal = as_floats(samples)
    signal = np.append(signal[:1], signal[1:] - np.float32(0.97) * signal[:-1])
    frames = np.lib.stride_tricks.sliding_window_view(signal, WIDTH)[::HOP][:count]
    power = np.abs(np.fft.rfft(frames * _WINDOW, FFT)) ** 2
    bands: Floats = np.log(power.astype(np.float32) @ _FILTERS + np.float32(FLOOR))
    return bands


@dataclass(frozen=True, slots=True)
class _Mel:
    """The mel scale of O'Shaughnessy: 2595 log10(1 + f / 700)."""

    @staticmethod
    def edges() -> NDArray[np.float64]:
        low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_HZ, HIGHEST_HZ))
        return 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)


def _filters() -> Floats:
    """Triangles of equal area over the bins of the spectrum, scaled to full scale: shape (bins, BANDS)."""
    edges = _Mel.edges()
    bins = np.arange(FFT // 2 + 1) * RATE / FFT
    rising = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters: Floats = (triangles / float((_WINDOW**2).sum()) / FFT).astype(np.float32)
    return filters


_WINDOW = np.hamming(WIDTH).astype(np.float32)
_FILTERS = _filters()
