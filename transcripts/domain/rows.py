"""The words of a transcript between its rows and the one sequence that edits work on. Under the transcript's lock."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import User
from transcripts.domain.results import topic_found
from transcripts.domain.sequence import Spoken, grouped, settle
from transcripts.events import TranscriptLines, Updated, announce, take_back_topics
from transcripts.models import Topic, Transcript, Utterance


def read(transcript: Transcript) -> tuple[list[Utterance], list[Spoken]]:
    """The utterances and their words. One that has a text and no words counts as one word."""
    rows = list(transcript.utterances.all())
    found: list[Spoken] = []
    for row in rows:
        topic = str(row.topic_id) if row.topic_id else None
        for place, word in enumerate(row.words or [{"text": row.text, "start": row.start, "end": row.end}]):
            last = found[-1] if found else None
            other = last is not None and last.speaker != row.speaker and last.topic == topic
            found.append(Spoken(word, row.speaker, topic, first=place == 0, loose=place == 0 and other, row=row.pk))
    return rows, found


def write(transcript: Transcript, rows: Sequence[Utterance], words: Iterable[Spoken]) -> set[uuid.UUID]:
    """Make the utterances those of `words`. Rows stay with their first word. Returns the topics that read otherwise."""
    there = {row.pk: row for row in rows}
    fresh, changed, moved, touched = [], [], [], set[uuid.UUID]()
    for position, group in enumerate(grouped(settle(words))):
        row = there.pop(group[0].row or 0, None)
        old = row or Utterance(transcript=transcript)
        was_topic, was_position = old.topic_id, row.position if row else None
        differs = _fill(old, group)
        old.position = position
        if row is None:
            fresh.append(old)
        elif differs:
            changed.append(old)
        elif was_position != position:
            moved.append(old)
        if differs:
            touched |= {topic for topic in (was_topic, old.topic_id) if topic}
    touched |= {row.topic_id for row in there.values() if row.topic_id}
    Utterance.objects.filter(pk__in=there).delete()
    Utterance.objects.bulk_update(moved, ["position"], batch_size=500)
    everything = ["position", "speaker", "topic", "start", "end", "text", "words"]
    Utterance.objects.bulk_update(changed, everything, batch_size=500)
    Utterance.objects.bulk_create(fresh, batch_size=500)
    return touched


def _fill(row: Utterance, group: Sequence[Spoken]) -> bool:
    """Whether the row had to change to hold these words."""
    words = [one.word for one in group]
    topic = uuid.UUID(group[0].topic) if group[0].topic else None
    values: dict[str, Any] = {"speaker": group[0].speaker, "topic_id": topic}
    if row.words != words and (row.words or len(words) > 1 or row.text != words[0]["text"]):
        start, end = words[0]["start"], max(word["end"] for word in words)
        values |= {"words": words, "text": "".join(word["text"] for word in words).strip()}
        # Times of words are rounded, those of utterances are not.
        values["start"] = row.start if row.start is not None and round(row.start, 3) == start else start
        values["end"] = max(values["start"], row.end if row.end is not None and round(row.end, 3) == end else end)
    differs = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return differs


def announce_words(transcript: Transcript, topics: set[uuid.UUID], fields: Sequence[str], by: User) -> None:
    """Tell that the words read otherwise now, and `topics` with them; `fields` names what else an edit touched."""
    transcript.save(update_fields=["updated_at"])  # whoever follows `change_seq` hears of it
    announce(transcript, TranscriptLines(text="", translation=None))
    take_back_topics(transcript, keep=transcript.topics.exclude(pk__in=topics).values_list("pk", flat=True))
    found = Topic.objects.filter(pk__in=topics).prefetch_related("utterances")
    for topic in found:
        announce(transcript, topic_found(topic, list(topic.utterances.all())))
    announce(transcript, Updated(fields=[*fields, "edits"], by=by.get_short_name()))
