"""What a person may change of a transcript: names and summaries, who may read it, whether its audio stays."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.apps import apps
from django.db import transaction

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from reflector_site.events import log
from transcripts import job_events
from transcripts.domain import fields, history, items, noted, participants, people, snapshot
from transcripts.domain.delete import erase_audio
from transcripts.domain.locks import lock_with_runs
from transcripts.domain.noted import WRITTEN
from transcripts.domain.refusals import EditRefused, NotThere
from transcripts.enums import RunState, TranscriptStatus
from transcripts.events import AudioDeleted, Updated, announce, lists_of, take_back_title
from transcripts.models import Transcript

#: Changes of who may read it.
SHARING = frozenset({"share_mode", "room_id"})


class Changes(TypedDict, total=False):
    """`participants` are all there are to be, as `people.replace` takes them; `action_items` as the API shows them."""

    name: str
    title: str | None
    short_summary: str | None
    long_summary: str | None
    action_items: Mapping[str, Any] | None
    locked: bool
    reviewed: bool
    share_mode: str
    room_id: uuid.UUID | None
    participants: Sequence[people.Given]
    audio_deleted: bool


@transaction.atomic
def update_transcript(transcript: Transcript, *, by: User, **changes: Unpack[Changes]) -> Transcript:
    """Change what is given and nothing else; returns it as it is then. Raises EditRefused, and nothing has changed.

    `audio_deleted=True` erases every copy of the audio, for good.
    """
    found = lock_with_runs(transcript.pk)
    if found is None:
        raise NotThere("Transcript not found")
    lists = lists_of(found)
    wanted: dict[str, Any] = {**changes}
    given = wanted.pop("participants", None)
    if wanted.get("action_items"):
        wanted["action_items"] = items.by_a_person(found, wanted["action_items"])
    differing = {name: value for name, value in wanted.items() if getattr(found, name) != value}
    _check(found, by, differing)
    if SHARING & differing.keys():
        _check_watchers(found)  # before they hear of anything else
    before = noted.document(found, differing, with_people=given is not None)
    _write(found, differing)
    named = [*differing]
    if given is not None and people.replace(found, given, by=by):
        participants.announce_people(found, before["participants"], history.people_of(found))
        named.append("participants")
    if noted.note(found, by, before, named):
        named.append("edits")
    _note(found, by, named)
    _announce(found, by, named, lists)
    return found


def _note(transcript: Transcript, by: User, fields: Sequence[str]) -> None:
    """For the audit log: what was changed, not what to; of sharing, with whom it is shared now."""
    if SHARING & set(fields):
        shared = {"share_mode": transcript.share_mode, "room": str(transcript.room_id or "")}
        audit.record(by, AuditAction.SHARED, transcript.stream_key, fields=[*fields], **shared)
    elif fields:
        audit.record(by, AuditAction.CHANGED, transcript.stream_key, fields=[*fields])


def _check(transcript: Transcript, by: User, differing: Mapping[str, Any]) -> None:
    if room_id := differing.get("room_id"):
        room = apps.get_model("meetings", "Room").objects.filter(pk=room_id, deleted_at=None).first()
        if room is None or not (room.is_shared or room.user_id == by.pk or by.is_admin):
            raise EditRefused("There is no such room among yours and those that are shared.")
    if "audio_deleted" not in differing:
        return
    if transcript.audio_deleted:
        raise EditRefused("The audio has been deleted for good and cannot be brought back.")
    if differing["audio_deleted"] and _is_at_work(transcript):
        raise EditRefused("The recording is in use just now. Stop that first, or wait for its end.")


def _is_at_work(transcript: Transcript) -> bool:
    """Whether somebody reads or writes its audio; what they write after an erasure would stay."""
    running = transcript.runs.filter(state=RunState.ACTIVE, language="").exists()
    return running or transcript.status == TranscriptStatus.RECORDING


def _write(transcript: Transcript, differing: Mapping[str, Any]) -> None:
    if not differing:
        return
    for name, value in differing.items():
        setattr(transcript, name, value)
    if differing.get("audio_deleted"):
        erase_audio(transcript)
        transcript.waveform = None  # drawn from it
    rewritten = {key for name, key in snapshot.SENTENCES.items() if name in differing}
    transcript.summary_citations = {
        key: sentences for key, sentences in transcript.summary_citations.items() if key not in rewritten
    }
    mine = {name for name in WRITTEN & differing.keys() if differing[name]}
    transcript.edited = sorted(set(transcript.edited) - (WRITTEN & differing.keys()) | mine)
    transcript.save(update_fields=[*differing, "waveform", "summary_citations", "edited", "updated_at"])
    if WRITTEN & differing.keys():
        snapshot.keep_fields(transcript, WRITTEN & differing.keys())


# --- telling


def _announce(transcript: Transcript, by: User, named: Sequence[str], lists: Sequence[str]) -> None:
    """The events that existing clients follow, and one that names it all.

    What says more than that something changed goes only to those who may still read it, and to lists that have it now.
    That it changed is told to the lists that it leaves, too.
    """
    if not named:
        return
    for name in named:
        if (payload := fields.event_of(transcript, name)) is not None:
            announce(transcript, payload)
    if "audio_deleted" in named and transcript.audio_deleted:
        announce(transcript, AudioDeleted(reason="The audio was deleted on request."))
    everybody = dict.fromkeys([*lists, *lists_of(transcript)])
    announce(transcript, Updated(fields=[*named], by=by.get_short_name()), lists=everybody)
    take_back_title(transcript, [key for key in lists if key not in lists_of(transcript)])


def _check_watchers(transcript: Transcript) -> None:
    log.check_watchers(transcript.stream_key)
    for run in transcript.runs.values_list("pk", flat=True):
        log.check_watchers(job_events.stream_of(run))
