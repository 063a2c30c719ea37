"""Where somebody speaks, frame by frame: the detector of the speech engines, with the edges that diarization wants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transcripts.engines.diarization.features import FRAME_SECONDS
from transcripts.engines.diarization.turns import Flags, close_gaps

#: Speech fades in and out below what the detector takes for voice: so much (seconds) is added at both ends.
EDGE = 0.05
#: Pauses up to this long (seconds) belong to the speech around them.
LONGEST_PAUSE = 0.5


def speech_frames(spans: Sequence[tuple[float, float]], *, frames: int) -> Flags:
    """For each frame whether it lies in one of the spans, (start, end) in seconds, or in a short pause between two."""
    speech = np.zeros(frames, bool)
    for start, end in spans:
        speech[max(0, round((start - EDGE) / FRAME_SECONDS)) : round((end + EDGE) / FRAME_SECONDS)] = True
    return close_gaps(speech, longest=LONGEST_PAUSE / FRAME_SECONDS)
