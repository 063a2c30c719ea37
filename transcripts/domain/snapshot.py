"""What the pipeline writes on a transcript, as a value: taken before a run, put back when the run is cancelled."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from transcripts.domain import translations
from transcripts.enums import RunState
from transcripts.models import Captions, Topic, Transcript, Utterance

FIELDS = (
    "status",
    "error",
    "duration",
    "detected_language",
    "title",
    "short_summary",
    "long_summary",
    "summary_citations",
    "action_items",
    "waveform",
    "engines",
    "quality",
    "edited",
    "name",
    "source_title",
    "source_description",
    "source_author",
    "source_published_at",
)
#: What the sentences of each summary are called in `summary_citations`.
SENTENCES = {"short_summary": "short", "long_summary": "sections"}
CAPTIONS = ("language", "kind", "name", "cues")


def take(transcript: Transcript) -> dict[str, Any]:
    """A JSON value that holds everything that the steps of a plan write."""
    return {
        "fields": {name: _json(getattr(transcript, name)) for name in FIELDS},
        "topics": [
            _row(topic, ("position", "title", "summary", "timestamp", "duration")) for topic in transcript.topics.all()
        ],
        "utterances": [
            {
                **_row(utterance, ("position", "speaker", "start", "end", "text", "words")),
                "topic": str(utterance.topic_id) if utterance.topic_id else None,
            }
            for utterance in transcript.utterances.all()
        ],
        "translations": translations.take(transcript),
        "captions": [{name: getattr(captions, name) for name in CAPTIONS} for captions in transcript.captions.all()],
    }


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _row(instance: Topic | Utterance, names: tuple[str, ...]) -> dict[str, Any]:
    return {"id": str(instance.pk), **{name: getattr(instance, name) for name in names}}


def clear(transcript: Transcript) -> None:
    """Forget what was found, and what people wrote of it: the transcript is about other audio now."""
    transcript.edited = []
    fresh = {name: getattr(Transcript(), name) for name in FIELDS} | {"name": transcript.name}
    restore(transcript, {"fields": fresh, "topics": [], "utterances": [], "translations": [], "captions": []})


def keep_fields(transcript: Transcript, names: Iterable[str]) -> None:
    """A cancel of the run that is at work, if any, shall give these fields back as they are now.

    A run that works beside holds nothing to give back.
    """
    run = transcript.runs.filter(state=RunState.ACTIVE, language="").first()
    if run is not None:
        kept = (*names, "edited", "summary_citations")
        run.before["fields"] |= {name: _json(getattr(transcript, name)) for name in kept if name in FIELDS}
        run.save(update_fields=["before"])


def _citations(transcript: Transcript, before: dict[str, Any]) -> dict[str, Any]:
    """What the summaries rested on, but for those that a person has written."""
    now = transcript.summary_citations or {}
    written = {key for name, key in SENTENCES.items() if name in transcript.edited}
    kept = {key: now[key] for key in written if key in now}
    return {key: value for key, value in before.items() if key not in written} | kept


def restore(transcript: Transcript, before: dict[str, Any]) -> None:
    """Make the transcript hold what it held at `take`, but for its status, which is the caller's.

    What a person has written meanwhile stays: the row must be locked and as it is now.
    """
    fields = {name: value for name, value in before["fields"].items() if name not in ("status", "error")}
    if transcript.name != transcript.source_title:
        fields.pop("name", None)  # somebody gave it this name: the steps only ever write that of the source
    for name in transcript.edited:
        fields.pop(name, None)
    fields["edited"] = sorted({*before["fields"].get("edited", ()), *transcript.edited})
    fields["summary_citations"] = _citations(transcript, before["fields"].get("summary_citations") or {})
    for name, value in fields.items():
        setattr(transcript, name, value)
    transcript.save(update_fields=[*fields, "updated_at"])
    transcript.captions.all().delete()
    Captions.objects.bulk_create(Captions(transcript=transcript, **row) for row in before.get("captions", []))
    transcript.utterances.all().delete()
    transcript.topics.all().delete()
    Topic.objects.bulk_create(Topic(transcript=transcript, **row) for row in before["topics"])
    Utterance.objects.bulk_create(
        (
            Utterance(
                transcript=transcript,
                topic_id=uuid.UUID(row["topic"]) if row["topic"] else None,
                **{name: value for name, value in row.items() if name not in ("id", "topic")},
            )
            for row in before["utterances"]
        ),
        batch_size=500,
    )
    translations.put_back(transcript, before.get("translations", []))
