"""The events of transcripts: every payload that a viewer can receive, and the one function that announces it.

Names and shapes of the nine of a transcript and the five of a list are those that existing clients of Reflector know.
To add one, see docs/how-to/add-an-event.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from reflector_site.events import log
from reflector_site.events.models import Event
from reflector_site.events.payload import Payload
from transcripts.models import Transcript

#: Stream of what happens to transcripts that every signed-in person may read.
SHARED = "shared"


# --- of one transcript, as existing clients know them


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


class TopicSegment(BaseModel):
    """`start` in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    start: float
    speaker: int


class TopicFound(Payload):
    event: ClassVar[str] = "TOPIC"
    id: uuid.UUID
    title: str
    summary: str
    timestamp: float  # seconds
    duration: float  # seconds
    transcript: str
    segments: list[TopicSegment]


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


# --- of one transcript, ours


class SubProgress(BaseModel):
    """Inside a stage: `current` of `total`, in whatever unit `description` names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    current: float
    total: float
    description: str


StageName = Literal["waiting", "working", "done", "skipped", "failed", "cancelled"]


class StageState(BaseModel):
    """A line of the list of stages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    state: StageName


class Figures(Payload):
    """How far a run is, for the events of transcripts and of jobs.

    `percentage` is 0 to 100 and never goes back, times are in seconds; `estimated_remaining` is None while nobody can
    tell.
    """

    run_id: uuid.UUID
    percentage: float
    stage: str
    message: str
    sub_progress: SubProgress | None
    time_elapsed: float
    estimated_remaining: float | None
    stages: list[StageState]


class Progress(Figures):
    """Logged when a stage changes; in between it is whispered at least every two seconds while work goes on."""

    event: ClassVar[str] = "PROGRESS"


class ParticipantShown(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: uuid.UUID
    speaker: int | None
    name: str


class ParticipantsChanged(Payload):
    """Who spoke, all of them, after somebody named, renamed or removed one."""

    event: ClassVar[str] = "PARTICIPANTS"
    participants: list[ParticipantShown]


class Updated(Payload):
    """Something else that a viewer sees is different now. `by` is the person who did it; None for the program.

    `fields` names what changed as the API calls it ("name", "share_mode", "audio", "quality", "captions"…).
    """

    event: ClassVar[str] = "UPDATED"
    fields: list[str]
    by: str | None = None


class AudioDeleted(Payload):
    """The audio is gone or on its way; the transcript stays. `reason` is a sentence for people."""

    event: ClassVar[str] = "AUDIO_DELETED"
    reason: str


class Cancelled(Payload):
    """The run was cancelled and the transcript holds again what it held before."""

    event: ClassVar[str] = "CANCELLED"
    run_id: uuid.UUID


# --- of the lists of a person: as existing clients know them, and TRANSCRIPT_PROGRESS and TRANSCRIPT_UPDATED


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


class TranscriptProgress(Payload):
    """How far the run of a listed transcript is. Only whispered."""

    event: ClassVar[str] = "TRANSCRIPT_PROGRESS"
    id: uuid.UUID
    percentage: float
    stage: str
    estimated_remaining: float | None  # seconds


class TranscriptUpdated(Payload):
    """As UPDATED, for lists."""

    event: ClassVar[str] = "TRANSCRIPT_UPDATED"
    id: uuid.UUID
    fields: list[str]


def announce(transcript: Transcript, payload: Payload, *, lists: Iterable[str] | None = None) -> None:
    """Append to the transcript's stream, and to those of the lists that show the change.

    `lists`: their streams, where those of the transcript as it is now are not all that show it.
    """
    log.append(transcript.stream_key, payload)
    _take_back(transcript.stream_key, payload)
    if (listed := _for_lists(transcript, payload)) is not None:
        for key in lists_of(transcript) if lists is None else lists:
            log.append(key, listed)
            if isinstance(listed, TranscriptTitled):
                log.take_back(key, listed, id=str(listed.id))


def take_back_topics(transcript: Transcript, *, keep: Iterable[uuid.UUID] = ()) -> None:
    """What was told of topics that are no more, or are just told anew, is told no more: who comes later reads in its
    place that the words changed. `keep`: the topics that are what they were.
    """
    told = Event.objects.filter(stream_id=transcript.stream_key, name=TopicFound.event)
    anew = TranscriptLines(text="", translation=None)
    told.exclude(data__id__in=[str(topic) for topic in keep]).update(name=anew.event, data=anew.model_dump(mode="json"))


def take_back_title(transcript: Transcript, lists: Iterable[str]) -> None:
    """Lists that have it no more do not go on telling its title to who comes later."""
    for key in lists:
        log.take_back(key, TranscriptTitled(id=transcript.id, title=""), id=str(transcript.id))


def _take_back(stream_key: str, payload: Payload) -> None:
    """What was said of the same before. What `translate` says of parts is taken back when words change."""
    match payload:
        case FinalTitle() | FinalShortSummary() | FinalLongSummary() | ActionItemsFound() | ParticipantsChanged():
            log.take_back(stream_key, payload)
        case TranscriptLines(text=""):
            log.take_back(stream_key, payload)


def announce_to_lists(transcript: Transcript, payload: Payload) -> None:
    """Append to the stream of everybody whose list has the transcript: its owner, and all where it is shared."""
    for key in lists_of(transcript):
        log.append(key, payload)


def whisper_to_lists(transcript: Transcript, payload: Payload) -> None:
    """Tell everybody whose list has the transcript and is looking now; it is not kept."""
    for key in lists_of(transcript):
        log.whisper(key, payload)


def lists_of(transcript: Transcript) -> list[str]:
    """The streams of all lists that have the transcript: its owner's first, as everybody locks them."""
    return [f"user:{transcript.user_id}", *([SHARED] if transcript.is_shared else [])]


def _for_lists(transcript: Transcript, payload: Payload) -> Payload | None:
    match payload:
        case Status():
            return TranscriptStatusChanged(id=transcript.id, value=payload.value)
        case FinalTitle():
            return TranscriptTitled(id=transcript.id, title=payload.title)
        case Duration():
            return TranscriptMeasured(id=transcript.id, duration=payload.duration)
        case Updated():
            return TranscriptUpdated(id=transcript.id, fields=payload.fields)
        case Cancelled():
            return TranscriptUpdated(id=transcript.id, fields=["name", "title", "duration"])
    return None
