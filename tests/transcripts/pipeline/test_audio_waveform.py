from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from transcripts.pipeline.audio import POINTS, Waveform


def peaks_of(samples: np.ndarray, *, block: int = 32_000) -> list[float]:
    waveform = Waveform()
    for start in range(0, len(samples), block):
        waveform.feed(samples[start : start + block].astype(np.int16))
    return waveform.peaks()


def test_the_loudest_point_is_one_and_the_others_are_in_proportion() -> None:
    samples = np.zeros(255_000)
    samples[1000] = 10_000  # point 1
    samples[2500] = -20_000  # point 2
    peaks = peaks_of(samples)
    assert len(peaks) == POINTS
    assert peaks[:4] == [0.0, 0.5, 1.0, 0.0]


@pytest.mark.parametrize("length", [1, 254, 255, 256, 8192, 8193, 100_000, 3_000_000])
@pytest.mark.parametrize("block", [7, 4096, 100_000])
def test_streaming_gives_what_the_whole_gives(length: int, block: int) -> None:
    if length // block > 10_000:
        block = 4096
    samples = (np.cos(np.arange(length) / 997) * np.linspace(100, 30_000, length)).astype(np.int16)
    peaks = np.array(peaks_of(samples, block=block))
    edges = np.arange(POINTS + 1) * length // POINTS
    loud = np.abs(samples.astype(np.int32))
    exact = np.array([loud[a : max(b, a + 1)].max() for a, b in pairwise(edges)])
    assert np.abs(peaks - exact / exact.max()).max() < 0.02


def test_silence_and_nothing_are_zeros() -> None:
    assert peaks_of(np.zeros(1000)) == [0.0] * POINTS
    assert Waveform().peaks() == [0.0] * POINTS


def test_the_most_negative_sample_is_the_loudest() -> None:
    peaks = peaks_of(np.array([0] * 300 + [-32768] * 300))
    assert (peaks[0], peaks[-1]) == (0.0, 1.0)


def test_memory_is_independent_of_length() -> None:
    waveform = Waveform()
    block = np.ones(1_000_000, dtype=np.int16)
    for _ in range(40):
        waveform.feed(block)
    assert len(waveform._bins) == 8192
    assert waveform.peaks() == [1.0] * POINTS
