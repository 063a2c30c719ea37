"""Where somebody speaks, frame by frame: the detector of the speech engines, with the edges that diarization wants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transcripts.engines.diarization.features import FRAME_SECONDS
from transcripts.engines.diarization.turns import Flags, without_short

#: Speech fades in and out below what the detector takes for voice: so much (seconds) is added at both ends.
EDGE = 0.05
#: Pauses up to this long (seconds) belong to the speech around them.
LONGEST_PAUSE = 0.5


def speech_frames(spans: Sequence[tuple[float, float]], *, frames: int) -> Flags:
    """For each frame whether it lies in one of the spans, (start, end) in seconds, or in a short pause between two."""
    speech = np.zeros(frames, bool)
    for start, end in spans:
        speech[max(0, round((start - EDGE) / FRAME_SECONDS)) : round((end + EDGE) / FRAME_SECONDS)] = True
    pauses_closed = without_short(speech, shorter_than=LONGEST_PAUSE / FRAME_SECONDS, value=False)
    edges = np.flatnonzero(speech)
    if len(edges):  # what lies before the first and after the last word is no pause
        pauses_closed[: edges[0]] = pauses_closed[edges[-1] + 1 :] = False
    return pauses_closed
