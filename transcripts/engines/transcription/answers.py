"""What speech services answer, and its words as words of the recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from transcripts.engines.base import Clip, TryAgain, Word
from transcripts.engines.service import Kind

SPEECH = Kind(
    name="speech service",
    interface="OpenAI's",
    check="the address and the model",
    timeout=600.0,
    limit=32 * 1024 * 1024,  # the words of an hour take about a tenth of this
)
#: How far (seconds) the times of a word may lie outside the piece and still be taken for rounding.
TOLERANCE = 1.0


class SpokenWord(BaseModel):
    word: str
    start: Annotated[float, Field(allow_inf_nan=False)]
    end: Annotated[float, Field(allow_inf_nan=False)]
    probability: Annotated[float, Field(ge=0, le=1)] | None = None


class Segment(BaseModel):
    text: str
    start: Annotated[float, Field(allow_inf_nan=False)]
    end: Annotated[float, Field(allow_inf_nan=False)]


class Answer(BaseModel):
    """What servers that follow OpenAI's interface send; all of it optional but the text."""

    model_config = ConfigDict(extra="ignore")

    text: str
    language: str | None = None
    words: list[SpokenWord] | None = None
    segments: list[Segment] | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Which part of the recording an answer is about, and where the zero of its times lies in the recording."""

    clip: Clip
    zero: float

    def words(self, spoken: Sequence[SpokenWord]) -> list[Word]:
        """In order, clamped to the clip, in seconds of the recording.

        Raises TryAgain when times lie outside the clip by more than rounding: they belong to something else.
        """
        return [
            self._word(each) for each in sorted(spoken, key=lambda each: (each.start, each.end)) if each.word.strip()
        ]

    def _word(self, spoken: SpokenWord) -> Word:
        start, end = self.zero + spoken.start, self.zero + spoken.end
        if start < self.clip.start - TOLERANCE or end > self.clip.end + TOLERANCE or end < start - TOLERANCE:
            raise TryAgain(
                f"The speech service gave the word {spoken.word.strip()!r} at {start:.1f} to {end:.1f} s, outside of "
                f"the piece it was sent ({self.clip.start:.1f} to {self.clip.end:.1f} s)."
            )
        start = min(max(start, self.clip.start), self.clip.end)
        return Word(
            text=spoken.word,
            start=round(start, 3),
            end=round(min(max(end, start), self.clip.end), 3),
            confidence=spoken.probability,
        )


def spread(segments: Sequence[Segment]) -> list[SpokenWord]:
    """Words for servers that time only segments: each takes its share of the segment, by its length in letters."""
    return [word for segment in segments for word in _shares(segment)]


def _shares(segment: Segment) -> Iterator[SpokenWord]:
    texts = segment.text.split()
    per_letter = (segment.end - segment.start) / max(1, sum(len(text) for text in texts))
    start = segment.start
    for text in texts:
        end = start + per_letter * len(text)
        yield SpokenWord(word=f" {text}", start=start, end=end)
        start = end
