"""The topics of a transcript with what was said on them, in the shapes that clients know.

A long transcript has hundreds of utterances and ten thousand words, so this reads the columns it needs and builds plain
dicts. Times are in seconds.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from transcripts.domain.spoken import DOUBTED_WORDS, WORDS, loaded, shown
from transcripts.models import Topic, Transcript

Shape = dict[str, Any]


class _Said(NamedTuple):
    speaker: int
    start: float
    text: str
    words: Sequence[Mapping[str, Any]]


def with_segments(transcript: Transcript) -> list[Shape]:
    """`{id, title, summary, timestamp, duration, transcript, segments: [{text, start, speaker}]}` of each topic.

    A topic without words has one empty segment where it begins, and no duration. Two queries.
    """
    return [_shape(topic, said) for topic, said in _read(transcript, words=False)]


def with_words(transcript: Transcript) -> list[Shape]:
    """The same with `words: [{text, start, end, speaker, suspect}]`."""
    return [{**_shape(topic, said), "words": _words(said)} for topic, said in _read(transcript, words=True)]


def with_words_per_speaker(transcript: Transcript, topic_id: uuid.UUID) -> Shape | None:
    """One topic with `words_per_speaker: [{speaker, words}]`, cut wherever the speaker changes. None: no such topic."""
    for topic, said in _read(transcript, words=True, topic_id=topic_id):
        turns = groupby(said, key=lambda one: one.speaker)
        spoken = [{"speaker": speaker, "words": _words(turn)} for speaker, turn in turns]
        return {**_shape(topic, said), "words_per_speaker": spoken}
    return None


def _read(
    transcript: Transcript, *, words: bool, topic_id: uuid.UUID | None = None
) -> Iterator[tuple[Topic, list[_Said]]]:
    topics, utterances = transcript.topics.all(), transcript.utterances.filter(topic__isnull=False)
    if topic_id is not None:
        topics, utterances = topics.filter(pk=topic_id), utterances.filter(topic=topic_id)
    columns = ("topic_id", "speaker", "start", "text", WORDS if words else DOUBTED_WORDS, "doubted")
    by_topic: dict[uuid.UUID, list[_Said]] = defaultdict(list)
    for topic, speaker, start, text, column, doubted in utterances.order_by("position").values_list(*columns):
        found = loaded(column)
        by_topic[topic].append(_Said(speaker, start, shown(text, found if doubted else ()), found))
    for found_topic in topics:
        yield found_topic, by_topic[found_topic.pk]


def _shape(topic: Topic, said: Sequence[_Said]) -> Shape:
    return {
        "id": str(topic.pk),
        "title": topic.title,
        "summary": topic.summary,
        "timestamp": topic.timestamp,
        "duration": topic.duration if said else None,
        "transcript": " ".join([one.text for one in said]),
        "segments": [{"text": one.text, "start": one.start, "speaker": one.speaker} for one in said]
        or [{"text": "", "start": topic.timestamp, "speaker": 0}],
    }


def _words(said: Iterable[_Said]) -> list[Shape]:
    return [
        {
            "text": word["text"],
            "start": word["start"],
            "end": word["end"],
            "speaker": one.speaker,
            "suspect": word.get("suspect", ""),
        }
        for one in said
        for word in one.words
    ]
