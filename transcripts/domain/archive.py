"""A transcript as one JSON value with everything in it, for other programs and for years to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transcripts.domain.export import words_by_utterance
from transcripts.domain.source import address
from transcripts.domain.spoken import Segment
from transcripts.models import Transcript

#: Told apart by whoever reads it; a key that is taken away or changes its meaning raises the number.
VERSION = 1


def archive(transcript: Transcript, said: Sequence[Segment]) -> dict[str, Any]:
    """All that was found, with times in seconds; the shape is in docs/api.md. Files are passed on, so neither e-mail
    addresses nor the whole link of a source are in it.
    """
    return {
        "format": "reflector-transcript",
        "version": VERSION,
        "transcript": _about(transcript),
        "participants": [
            {"id": str(one.pk), "speaker": one.speaker, "name": one.name} for one in transcript.participants.all()
        ],
        "topics": [
            {
                "id": str(topic.pk),
                "title": topic.title,
                "summary": topic.summary,
                "start": topic.timestamp,
                "duration": topic.duration,
            }
            for topic in transcript.topics.all()
        ],
        "segments": _segments(transcript, said),
        "action_items": transcript.action_items,
        "summary_sentences": transcript.summary_citations or None,
        "quality": transcript.quality,
        "engines": transcript.engines,
    }


def _about(transcript: Transcript) -> dict[str, Any]:
    return {
        "id": str(transcript.pk),
        "name": transcript.name,
        "title": transcript.title,
        "created_at": transcript.created_at.isoformat(),
        "duration": transcript.duration / 1000,
        "language": transcript.language,
        "target_language": transcript.target_language,
        "source_kind": transcript.source_kind,
        "room_name": transcript.room_name,
        "status": transcript.status,
        "reviewed": transcript.reviewed,
        "short_summary": transcript.short_summary,
        "long_summary": transcript.long_summary,
        "source": _source(transcript) if transcript.source_url else None,
    }


def _source(transcript: Transcript) -> dict[str, Any]:
    published = transcript.source_published_at
    return {
        "url": address(transcript, whole=False),
        "title": transcript.source_title,
        "description": transcript.source_description,
        "author": transcript.source_author,
        "published_at": published.isoformat() if published else None,
    }


def _segments(transcript: Transcript, said: Sequence[Segment]) -> list[dict[str, Any]]:
    words = words_by_utterance(transcript)
    return [
        {
            "speaker": one.speaker,
            "speaker_name": one.speaker_name,
            "topic": str(one.topic_id) if one.topic_id else None,
            "start": one.start,
            "end": one.end,
            "text": one.text,
            "words": words.get(one.utterance_id, []),
        }
        for one in said
    ]
