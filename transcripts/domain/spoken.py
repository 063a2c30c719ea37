"""What was said, ready to be shown: utterances with the names of their speakers, and doubtful words marked.

Words that the gate does not trust are not printed as fact: each run of them stands in square brackets with a question
mark, as in `[thanks for watching?]`. An utterance that is suspect as a whole is one such run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from transcripts.models import Transcript, Utterance


@dataclass(frozen=True, slots=True)
class Segment:
    """What one speaker said in one go; times in seconds."""

    speaker: int
    speaker_name: str
    text: str
    start: float
    end: float


def segments(transcript: Transcript) -> list[Segment]:
    """The utterances in order. Two queries, or none where `utterances` and `participants` are prefetched."""
    names = speaker_names(transcript)
    return [
        Segment(
            speaker=utterance.speaker,
            speaker_name=name_of(utterance.speaker, names),
            text=text_of(utterance),
            start=utterance.start,
            end=utterance.end,
        )
        for utterance in transcript.utterances.all()
    ]


def speaker_names(transcript: Transcript) -> dict[int, str]:
    """The names that people gave to speaker numbers."""
    return {
        participant.speaker: one_line(participant.name)
        for participant in transcript.participants.all()
        if participant.speaker is not None
    }


def name_of(speaker: int, names: Mapping[int, str]) -> str:
    return names.get(speaker) or f"Speaker {speaker}"


def text_of(utterance: Utterance) -> str:
    """Its words on one line, doubtful ones marked."""
    return marked(utterance.words) or one_line(utterance.text)


def marked(words: Sequence[Mapping[str, Any]]) -> str:
    """Words as they are kept on an utterance, joined, with each run of suspect ones in `[…?]`."""
    pieces = []
    for suspect, run in groupby(words, key=lambda word: bool(word.get("suspect"))):
        text = "".join(word["text"] for word in run)
        pieces.append(_doubted(text) if suspect else text)
    return one_line("".join(pieces))


def _doubted(text: str) -> str:
    core = text.strip().rstrip("?")
    return f" [{core}?]" if core else ""


def one_line(text: str) -> str:
    return " ".join(text.split())
