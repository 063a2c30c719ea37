"""Captions that came with the recording, beside the words that were recognised here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from transcripts.domain.agreement import agreement, side_by_side, words_of
from transcripts.domain.languages import language_name
from transcripts.models import Captions, Utterance
from transcripts.pages.speech import Speech


@dataclass(frozen=True, slots=True)
class Row:
    anchor: str
    start: float
    theirs: str
    ours: str
    differs: bool


@dataclass(frozen=True, slots=True)
class CaptionsShown:
    """`percent` is how far the words agree; None where there is nothing to compare."""

    captions: Captions
    language: str
    percent: int | None
    pairs: Sequence[Row]


def captions_of(
    all_captions: Sequence[Captions], utterances: Sequence[Utterance], speech: Speech
) -> list[CaptionsShown]:
    if not all_captions:
        return []
    ours = words_of(" ".join(utterance.text for utterance in utterances))
    return [
        CaptionsShown(
            captions=captions,
            language=language_name(captions.language) if captions.language else "",
            percent=_percent(agreement(ours, words_of(" ".join(cue["text"] for cue in captions.cues)))),
            pairs=list(_rows(captions, utterances, speech)),
        )
        for captions in all_captions
    ]


def _percent(share: float | None) -> int | None:
    """Rounded down: 100 % says that nothing differs."""
    return None if share is None else int(100 * share)


def _rows(captions: Captions, utterances: Sequence[Utterance], speech: Speech) -> Iterator[Row]:
    words = [word for utterance in utterances for word in utterance.words]
    for pair in side_by_side(words, captions.cues):
        anchor = speech.moment(pair.start).anchor
        yield Row(anchor, pair.start, pair.theirs, pair.ours, pair.differs)
