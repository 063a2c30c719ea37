"""Where somebody speaks, for the diarizer: loudness against the noise floor of the recording.

Diarization needs the edges of speech more exactly than the gate in front of the speech engines, and may be wrong about
music: nobody reads a turn without words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.diarization.features import FRAME_SECONDS, Floats

Flags = NDArray[np.bool_]

#: A recording whose loudness swings by less than this (dB) holds no speech.
SMALLEST_SWING = 8.0
#: Speech begins this far up from the noise floor to the loudest speech, and is never this far (dB) below that.
THRESHOLD = 0.3
LARGEST_DEPTH = 35.0
#: Pauses shorter than this (seconds) belong to the speech around them; sounds shorter than this are none.
SHORTEST_PAUSE = 0.5
SHORTEST_SOUND = 0.2
#: Speech fades in and out below the threshold: so much (seconds) is added at both ends.
EDGE = 0.05
#: Loudness is averaged over so many frames.
SMOOTHING = 7


def speech_frames(level: Floats) -> Flags:
    """For each frame whether somebody speaks. `level` is in dB, a frame each 10 ms."""
    if len(level) < SMOOTHING:
        return np.zeros(len(level), bool)
    smooth = np.convolve(level, np.ones(SMOOTHING) / SMOOTHING, mode="same")
    floor, peak = np.percentile(smooth, (5, 95))
    if peak - floor < SMALLEST_SWING:
        return np.zeros(len(level), bool)
    loud = smooth > max(floor + THRESHOLD * (peak - floor), peak - LARGEST_DEPTH)
    sound = without_short(loud, seconds=SHORTEST_SOUND, value=True)
    return without_short(_widened(sound), seconds=SHORTEST_PAUSE, value=False)


def without_short(flags: Flags, *, seconds: float, value: bool) -> Flags:
    """The same flags, with runs of `value` that are shorter than `seconds` turned over."""
    result = flags.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[not value], flags, [not value]])))
    for first, last in edges.reshape(-1, 2):
        if last - first < seconds / FRAME_SECONDS:
            result[first:last] = not value
    return result


def _widened(flags: Flags) -> Flags:
    width = round(EDGE / FRAME_SECONDS)
    wide: Flags = np.convolve(flags, np.ones(2 * width + 1), mode="same") > 0.5
    return wide
