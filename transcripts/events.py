"""The events of a transcript: every payload that a viewer can receive, and the one function that announces it.

Names and shapes are those that existing clients of Reflector know; CANCELLED and UPDATED are ours.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from reflector_site.events import log
from reflector_site.events.log import Payload
from transcripts.models import Transcript


class Status(Payload):
    event: ClassVar[str] = "STATUS"
    value: str


class Duration(Payload):
    event: ClassVar[str] = "DURATION"
    duration: float  # milliseconds


class Waveform(Payload):
    event: ClassVar[str] = "WAVEFORM"
    waveform: list[float]


class TranscriptLines(Payload):
    """The words have changed as a whole; `text` is empty, a page fetches what it shows."""

    event: ClassVar[str] = "TRANSCRIPT"
    text: str
    translation: str | None


class TopicFound(Payload):
    event: ClassVar[str] = "TOPIC"
    id: uuid.UUID
    title: str
    summary: str
    timestamp: float  # seconds
    duration: float  # seconds
    transcript: str
    segments: list[dict[str, Any]]


class FinalTitle(Payload):
    event: ClassVar[str] = "FINAL_TITLE"
    title: str


class FinalShortSummary(Payload):
    event: ClassVar[str] = "FINAL_SHORT_SUMMARY"
    short_summary: str


class FinalLongSummary(Payload):
    event: ClassVar[str] = "FINAL_LONG_SUMMARY"
    long_summary: str


class ActionItemsFound(Payload):
    event: ClassVar[str] = "ACTION_ITEMS"
    action_items: dict[str, Any]


class Cancelled(Payload):
    """The run was cancelled and the transcript holds again what it held before."""

    event: ClassVar[str] = "CANCELLED"
    run_id: uuid.UUID


class TranscriptCreated(Payload):
    event: ClassVar[str] = "TRANSCRIPT_CREATED"
    id: uuid.UUID


class TranscriptDeleted(Payload):
    event: ClassVar[str] = "TRANSCRIPT_DELETED"
    id: uuid.UUID


class TranscriptStatusChanged(Payload):
    event: ClassVar[str] = "TRANSCRIPT_STATUS"
    id: uuid.UUID
    value: str


class TranscriptTitled(Payload):
    event: ClassVar[str] = "TRANSCRIPT_FINAL_TITLE"
    id: uuid.UUID
    title: str


class TranscriptMeasured(Payload):
    event: ClassVar[str] = "TRANSCRIPT_DURATION"
    id: uuid.UUID
    duration: float  # milliseconds


def announce(transcript: Transcript, payload: Payload) -> None:
    """Append to the transcript's stream, and to its owner's where lists show the change."""
    log.append(transcript.stream_key, payload)
    match payload:
        case Status():
            announce_to_owner(transcript, TranscriptStatusChanged(id=transcript.id, value=payload.value))
        case FinalTitle():
            announce_to_owner(transcript, TranscriptTitled(id=transcript.id, title=payload.title))
        case Duration():
            announce_to_owner(transcript, TranscriptMeasured(id=transcript.id, duration=payload.duration))


def announce_to_owner(transcript: Transcript, payload: Payload) -> None:
    log.append(f"user:{transcript.user_id}", payload)
