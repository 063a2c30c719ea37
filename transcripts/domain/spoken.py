"""What was said, ready to be shown: utterances with the names of their speakers, and doubtful words marked.

Words that the gate does not trust are not printed as fact: each run of them stands in square brackets with a question
mark, as in `[thanks for watching?]`. An utterance that is suspect as a whole is one such run.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson
from django.db.models import Case, TextField, When
from django.db.models.functions import Cast

from transcripts.models import Transcript


@dataclass(frozen=True, slots=True)
class Segment:
    """What one speaker said in one go; times in seconds.

    `translated` and `stale` are set where another language was asked for: whether `text` is in it, or as it was said
    because there is no translation; and whether something else was said when it was translated.
    """

    utterance_id: int
    topic_id: uuid.UUID | None
    speaker: int
    speaker_name: str
    text: str
    start: float
    end: float
    translated: bool | None = None
    stale: bool | None = None


def segments(transcript: Transcript) -> list[Segment]:
    """The utterances in order. Two queries, or one where `participants` is prefetched.

    This is what every long answer is made of, so it loads no words but those of utterances that need marks.
    """
    names = speaker_names(transcript)
    return [
        Segment(pk, topic_id, speaker, name_of(speaker, names), text, start, end)
        for pk, topic_id, speaker, start, end, text in said(transcript)
    ]


def said(transcript: Transcript) -> Iterator[tuple[int, uuid.UUID | None, int, float, float, str]]:
    """Of each utterance in order: its id, its topic's id, speaker, start, end, text with doubtful words marked."""
    rows = transcript.utterances.order_by("position").values_list(
        "pk", "topic_id", "speaker", "start", "end", "text", DOUBTED_WORDS
    )
    for pk, topic_id, speaker, start, end, text, doubted in rows:
        yield pk, topic_id, speaker, start, end, shown(text, loaded(doubted))


#: The words of an utterance as JSON, for `loaded`: by far quicker than as a field of the model.
WORDS = Cast("words", TextField())
#: The same where any is suspect, else None.
DOUBTED_WORDS = Case(When(doubted=True, then=WORDS))


def loaded(words: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(words) if words else []
    return found


def speaker_names(transcript: Transcript) -> dict[int, str]:
    """The names that people gave to speaker numbers."""
    return {
        participant.speaker: one_line(participant.name)
        for participant in transcript.participants.all()
        if participant.speaker is not None
    }


def name_of(speaker: int, names: Mapping[int, str]) -> str:
    return names.get(speaker) or f"Speaker {speaker}"


def shown(text: str, words: Sequence[Mapping[str, Any]]) -> str:
    """The text of an utterance on one line, doubtful words marked; without any of those, `words` may be left out."""
    return (marked(words) if words else "") or one_line(text)


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
