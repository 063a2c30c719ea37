"""The recording as a picture: its loudness, and under it a strip that shows who spoke when.

Coordinates go from 0 to WIDTH from left to right, whatever the length of the recording; the page stretches the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transcripts.models import Topic, Transcript
from transcripts.pages.speech import Speech

WIDTH = 1020  # four units for each of the 255 peaks
HEIGHT = 64
BAR = 2.6  # of the four units that a peak has
QUIET = 1.5  # height of a bar where there is silence


@dataclass(frozen=True, slots=True)
class Stripe:
    """From where to where somebody spoke, and in whose colour."""

    x: float
    width: float
    colour: int


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    bars: str  # an SVG path; empty while the loudness is not known
    stripes: Sequence[Stripe]
    marks: Sequence[float]  # where topics begin


def picture_of(transcript: Transcript, speech: Speech, topics: Sequence[Topic]) -> Picture:
    seconds = transcript.duration / 1000
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        bars=_bars(transcript.waveform or []),
        stripes=_stripes(speech, seconds) if seconds else [],
        marks=[round(topic.timestamp / seconds * WIDTH, 1) for topic in topics[1:]] if seconds else [],
    )


def _bars(peaks: Sequence[float]) -> str:
    step = WIDTH / len(peaks) if peaks else 0
    return "".join(_bar(number * step, peak) for number, peak in enumerate(peaks))


def _bar(x: float, peak: float) -> str:
    height = max(QUIET, min(peak, 1) * HEIGHT)
    return f"M{x:.1f} {(HEIGHT - height) / 2:.1f}h{BAR}v{height:.1f}h-{BAR}z"


def _stripes(speech: Speech, seconds: float) -> list[Stripe]:
    scale = WIDTH / seconds
    return [
        Stripe(
            x=round(turn.said[0].start * scale, 1),
            width=round(max((max(said.end for said in turn.said) - turn.said[0].start) * scale, 0.5), 1),
            colour=turn.speaker.colour,
        )
        for chapter in speech.chapters
        for turn in chapter.turns
    ]
