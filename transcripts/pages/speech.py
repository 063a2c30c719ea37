"""What was said, as the transcript page shows it: chapters of turns of utterances, and the people who spoke."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Any

from transcripts.domain.translations import InOtherWords
from transcripts.models import Topic, Transcript, Utterance

COLOURS = 8  # classes speaker-1 to speaker-8 in the style sheet; after that they begin anew

WHY_SUSPECT = {
    "silence": "Nobody was heard here, so this was probably not said.",
    "repetition": "The recogniser repeated itself here.",
    "rate": "Faster than anyone can speak, so this was probably not said.",
    "confidence": "The recogniser was unsure of this.",
}


@dataclass(slots=True)
class Speaker:
    number: int
    name: str
    colour: int
    seconds: float = 0
    percent: int = 0  # of all talking time
    participant: str = ""  # the id of who it is; empty while nobody has said so


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that are all trusted, or all suspect for one reason."""

    text: str
    doubt: str = ""  # why not to trust it, as a sentence; empty when it is trusted


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance. `words` holds `start:length` of each word, in seconds and in characters of a browser."""

    key: int  # of its row
    anchor: str
    start: float
    end: float
    pieces: Sequence[Piece]
    words: str
    translation: InOtherWords | None = None  # in the language that the page shows beside it


@dataclass(frozen=True, slots=True)
class Turn:
    speaker: Speaker
    said: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The turns of one topic; `topic` is None for what belongs to none, or while topics are still sought."""

    topic: Topic | None
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the recording, with the anchor of what is said there; no anchor where nothing is."""

    seconds: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Speech:
    speakers: Sequence[Speaker]
    chapters: Sequence[Chapter]
    starts: Sequence[float] = field(default_factory=list)
    anchors: Sequence[str] = field(default_factory=list)
    doubtful: bool = False  # whether any word is suspect

    def moment(self, seconds: float) -> Moment:
        """Where a summary, a topic or a decision points to."""
        index = bisect_right(self.starts, seconds + 0.05) - 1  # what was rounded down still finds its own utterance
        return Moment(seconds, self.anchors[max(index, 0)] if self.anchors else "")


def speech_of(
    transcript: Transcript,
    utterances: Sequence[Utterance],
    names: Mapping[int, str],
    translations: Mapping[int, InOtherWords] = MappingProxyType({}),
) -> Speech:
    """`utterances` in their order, their topics reachable without a query; `translations` by their primary keys."""
    speakers = _speakers(utterances, names)
    by_start = sorted(utterances, key=lambda utterance: utterance.start)
    return Speech(
        speakers=sorted(speakers.values(), key=lambda speaker: speaker.number),
        chapters=[
            Chapter(group[0].topic, list(_turns(group, speakers, translations)))
            for group in _grouped(utterances, lambda utterance: utterance.topic_id)
        ],
        starts=[utterance.start for utterance in by_start],
        anchors=[_anchor(utterance) for utterance in by_start],
        doubtful=any(utterance.suspect_words for utterance in utterances),
    )


def _speakers(utterances: Sequence[Utterance], names: Mapping[int, str]) -> dict[int, Speaker]:
    speakers: dict[int, Speaker] = {}
    for utterance in utterances:
        number = utterance.speaker
        speaker = speakers.setdefault(number, Speaker(number, names[number], number % COLOURS + 1))
        speaker.seconds += utterance.end - utterance.start
    total = sum(speaker.seconds for speaker in speakers.values())
    for speaker in speakers.values():
        speaker.percent = round(100 * speaker.seconds / total) if total else 0
    return speakers


def _turns(
    utterances: Sequence[Utterance], speakers: Mapping[int, Speaker], translations: Mapping[int, InOtherWords]
) -> Iterator[Turn]:
    for group in _grouped(utterances, lambda utterance: utterance.speaker):
        yield Turn(
            speakers[group[0].speaker], [_said(utterance, translations.get(utterance.pk)) for utterance in group]
        )


def _grouped(utterances: Sequence[Utterance], key: Any) -> Iterator[list[Utterance]]:
    return (list(group) for _, group in groupby(utterances, key=key))


def _said(utterance: Utterance, translation: InOtherWords | None) -> Said:
    return Said(
        key=utterance.pk,
        anchor=_anchor(utterance),
        start=utterance.start,
        end=utterance.end,
        pieces=_pieces(utterance.words),
        words=_offsets(utterance.words),
        translation=translation,
    )


def _offsets(words: Sequence[dict[str, Any]]) -> str:
    return " ".join(
        f"{round(word['start'], 3)}:{_characters(text)}" for word, text in zip(words, _texts(words), strict=True)
    )


def _characters(text: str) -> int:
    """As browsers count them, in units of UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _anchor(utterance: Utterance) -> str:
    return f"u{utterance.position}"


def _pieces(words: Sequence[dict[str, Any]]) -> list[Piece]:
    marked = zip([_doubt(word) for word in words], _texts(words), strict=True)
    return [
        piece
        for doubt, group in groupby(marked, key=lambda pair: pair[0])
        for piece in _marked("".join(text for _, text in group), doubt)
    ]


def _marked(text: str, doubt: str) -> Iterator[Piece]:
    """The space in front of doubtful words is no part of what is marked."""
    inner = text.lstrip() if doubt else text
    if outer := text[: len(text) - len(inner)]:
        yield Piece(outer)
    yield Piece(inner, doubt)


def _texts(words: Sequence[dict[str, Any]]) -> list[str]:
    """The words with their spaces, but for the one in front of the first: together they are what the page prints."""
    return [word["text"] if index else word["text"].lstrip() for index, word in enumerate(words)]


def _doubt(word: dict[str, Any]) -> str:
    reason = word.get("suspect")
    return WHY_SUSPECT.get(reason, "This is uncertain.") if reason else ""
