"""One meeting of the load, as lines for COPY."""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.bench.prose import Prose

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
WORD = 0.4  # seconds
WORDS_OF_TOPIC = 300
UNSAID = ("assigned_to", "assigned_to_participant_id", "deadline", "context")  # of a next step
LANGUAGES = ("en",) * 17 + ("de", "fr", "es")


@dataclass(frozen=True)
class Meeting:
    id: uuid.UUID
    number: int
    words: int
    created_at: datetime


def meeting(number: int, words: int, age: float) -> Meeting:
    """`age` in seconds."""
    return Meeting(uuid.uuid5(uuid.NAMESPACE_OID, str(number)), number, words, NOW - timedelta(seconds=age))


@functools.cache
def _prose() -> Prose:
    return Prose(seed=7)


def rows_of(meeting: Meeting, owner: str, rooms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Table and lines."""
    prose = _prose()
    speakers = 2 + meeting.number % 5
    yield "transcripts_transcript", _transcript(prose, meeting, owner, rooms)
    for speaker in range(speakers - 1):  # one has no name
        found = _id(meeting, "participant", speaker)
        yield "transcripts_participant", _line(found, meeting.id, speaker, prose.name())
    topics = max(meeting.words // WORDS_OF_TOPIC, 1)
    for position in range(topics):
        found, seconds = _id(meeting, "topic", position), meeting.words * WORD / topics
        texts = prose.heading(5), " ".join(prose.sentences(2))
        yield "transcripts_topic", _line(found, meeting.id, position, *texts, position * seconds, seconds)
    yield "transcripts_utterance", "".join(_utterances(prose, meeting, topics, speakers))


def _id(meeting: Meeting, kind: str, number: int) -> uuid.UUID:
    return uuid.uuid5(meeting.id, f"{kind} {number}")


def _line(*values: object) -> str:
    return "\t".join("\\N" if value is None else str(value) for value in values) + "\n"


def _transcript(prose: Prose, meeting: Meeting, owner: str, rooms: Sequence[str]) -> str:
    kind = ("file", "live", "room")[meeting.number % 3]
    short, long = prose.sentences(3), [prose.sentences(4) for _ in range(4)]
    cited = [{"text": sentence, "seconds": [n * WORD * 20]} for n, sentence in enumerate(short)]
    sections = [
        {"heading": prose.heading(3), "sentences": [{"text": sentence, "seconds": [10.0]} for sentence in sentences]}
        for sentences in long
    ]
    items = {
        "decisions": [],
        "next_steps": [
            {**dict.fromkeys(UNSAID), "task": sentence, "seconds": [5.0]} for sentence in prose.sentences(3)
        ],
    }
    peaks = [round(float(peak), 2) for peak in prose.random.random(255)]
    return _line(
        *(meeting.id, owner, rooms[meeting.number % len(rooms)] if kind == "room" else None),
        *(f"Recording {meeting.number}", "ended", "", kind, "private", "f", "f"),
        *("en", "", "", "", "", "en", LANGUAGES[meeting.number % len(LANGUAGES)]),
        *(meeting.words * WORD * 1000, prose.heading(6), " ".join(short)),
        "\\n\\n".join(" ".join(sentences) for sentences in long),
        *map(json.dumps, ({"short": cited, "sections": sections}, items, peaks, {}, [])),
        *(meeting.created_at, meeting.created_at, meeting.number + 1),
    )


def _utterances(prose: Prose, meeting: Meeting, topics: int, speakers: int) -> Iterator[str]:
    words = prose.words(meeting.words)
    ids = [_id(meeting, "topic", position) for position in range(topics)]
    done = 0
    for position, length in enumerate(prose.lengths(meeting.words)):
        said = words[done : done + length]
        start, topic = done * WORD, ids[min(done * topics // meeting.words, topics - 1)]
        timed = ", ".join(
            f'{{"text": " {word}", "start": {start + n * WORD:.2f}, "end": {start + n * WORD + 0.35:.2f},'
            ' "confidence": 0.93}'
            for n, word in enumerate(said)
        )
        end = start + length * WORD
        speaker = (position // 3) % speakers
        yield f"{meeting.id}\t{topic}\t{position}\t{speaker}\t{start:.2f}\t{end:.2f}\t{' '.join(said)}\t[{timed}]\n"
        done += length
