"""The people of a transcript: who they are, and which speaker number is their voice.

They may be changed at any time, also while a run is at work: runs keep names with their voices.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.models import User
from transcripts.domain import history
from transcripts.domain.locks import lock
from transcripts.domain.refusals import EditRefused, InTheWay, NotThere
from transcripts.domain.spoken import name_of
from transcripts.enums import EditKind
from transcripts.events import ActionItemsFound, ParticipantsChanged, ParticipantShown, Updated, announce
from transcripts.models import Participant, Transcript

TAKEN = "Speaker already assigned"
LONGEST_NAME = 200
#: In action items: who decided, who was given a task.
_PEOPLE = {"decisions": "decided_by", "next_steps": "assigned_to"}


class Changes(TypedDict, total=False):
    """What is not named stays. `speaker` None: not heard, or not known which voice it is."""

    name: str
    speaker: int | None
    user: User | None


@transaction.atomic
def add_participant(
    transcript: Transcript, *, by: User, name: str, speaker: int | None = None, user: User | None = None
) -> Participant:
    """Somebody who took part. Raises EditRefused where the speaker is somebody already, or where there is no name."""
    locked = lock(transcript)
    before = history.people_of(locked)
    _refuse_taken(locked, speaker, but=None)
    added = Participant.objects.create(
        transcript=locked, name=_name(name), speaker=speaker, user=_account(user, None, by)
    )
    who = "" if speaker is None else f" as {name_of(speaker, {})}"
    _note(locked, EditKind.PARTICIPANT_ADDED, by, f"Added {added.name}{who}.", before)
    return added


@transaction.atomic
def change_participant(
    transcript: Transcript, *, by: User, participant_id: uuid.UUID, **changes: Unpack[Changes]
) -> Participant:
    """Give a person another name, voice or account. Raises NotThere, or EditRefused as `add_participant` does."""
    locked = lock(transcript)
    before = history.people_of(locked)
    found = of(locked, participant_id)
    old = (found.name, found.speaker, found.user_id)
    if "speaker" in changes:
        _refuse_taken(locked, changes["speaker"], but=found)
        found.speaker = changes["speaker"]
    if "name" in changes:
        found.name = _name(changes["name"])
    if "user" in changes:
        found.user = _account(changes["user"], found.user_id, by)
    if (found.name, found.speaker, found.user_id) != old:
        found.save()
        _note(locked, EditKind.PARTICIPANT_CHANGED, by, _change_in_words(found, old[0], old[1]), before)
    return found


@transaction.atomic
def remove_participant(transcript: Transcript, *, by: User, participant_id: uuid.UUID) -> bool:
    """Take a person away; what they said stays, under their speaker number. False when there is no such person."""
    locked = lock(transcript)
    before = history.people_of(locked)
    found = locked.participants.filter(pk=participant_id).first()
    if found is None:
        return False
    found.delete()
    _note(locked, EditKind.PARTICIPANT_REMOVED, by, f"Removed {found.name}.", before)
    return True


def of(transcript: Transcript, participant_id: uuid.UUID) -> Participant:
    found = transcript.participants.filter(pk=participant_id).first()
    if found is None:
        raise NotThere("Participant not found")
    return found


def _name(name: str) -> str:
    """Without space around it; what is inside stays."""
    name = name.strip()
    if not name:
        raise EditRefused("A participant needs a name.")
    if len(name) > LONGEST_NAME:
        raise EditRefused(f"A name has at most {LONGEST_NAME} characters.")
    return name


def _refuse_taken(transcript: Transcript, speaker: int | None, *, but: Participant | None) -> None:
    if speaker is None:
        return
    if transcript.participants.filter(speaker=speaker).exclude(pk__in=[but.pk] if but else []).exists():
        raise EditRefused(TAKEN)


def _account(user: User | None, linked: uuid.UUID | None, by: User) -> User | None:
    """Addresses of linked accounts are shown, so nobody links another's."""
    if user is not None and user.pk not in (by.pk, linked):
        raise EditRefused("You can link a participant to your own account only.")
    return user


def _change_in_words(now: Participant, name: str, speaker: int | None) -> str:
    if now.name != name:
        return f"Renamed {name} to {now.name}."
    if now.speaker != speaker:
        voice = "nobody’s voice" if now.speaker is None else name_of(now.speaker, {})
        return f"Made {now.name} {voice}."
    return f"Linked {now.name} to an account." if now.user_id else f"Took the account from {now.name}."


def _note(transcript: Transcript, kind: EditKind, by: User, description: str, before: Mapping[str, Any]) -> None:
    after = history.people_of(transcript)
    history.record(
        transcript,
        kind=kind,
        by=by,
        description=description,
        before={"participants": before},
        after={"participants": after},
    )
    announce_people(transcript, before, after)
    announce(transcript, Updated(fields=["participants", "edits"], by=by.get_short_name()))


# --- what follows from it


def announce_people(transcript: Transcript, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Let names flow into decisions and next steps, and tell who takes part now. Under the transcript's lock."""
    items = _with_names(transcript.action_items, before, after)
    differs = items != transcript.action_items
    transcript.action_items = items
    transcript.save(update_fields=["action_items", "updated_at"])
    if differs and items is not None:
        announce(transcript, ActionItemsFound(action_items=items))
    shown = [ParticipantShown(id=one.pk, speaker=one.speaker, name=one.name) for one in transcript.participants.all()]
    announce(transcript, ParticipantsChanged(participants=shown))


def _with_names(
    items: dict[str, Any] | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The action items with the people as they are called now, and the ids of those who have one."""
    if items is None:
        return None
    called = {}
    for one in before.keys() | after.keys():
        old, new = before.get(one), after.get(one)
        if (was := _label(old, new)) != (now := _label(new, old)) and was and now:
            called[was] = now
    ids = {person["name"]: one for one, person in after.items()}
    found = dict(items)
    for kind, field in _PEOPLE.items():
        found[kind] = [_renamed(item, field, called, ids) for item in items.get(kind, [])]
    return found


def _label(person: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> str | None:
    """What texts call them: the name, or the number of the voice that has none."""
    if person is not None:
        return str(person["name"])
    return name_of(other["speaker"], {}) if other is not None and other["speaker"] is not None else None


def _renamed(item: Mapping[str, Any], field: str, called: Mapping[str, str], ids: Mapping[str, str]) -> dict[str, Any]:
    name = item.get(field)
    if not name:
        return dict(item)
    name = called.get(name, name)
    return {**item, field: name, f"{field}_participant_id": ids.get(name)}


# --- undo


def put_back(transcript: Transcript, expected: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Make the people of an edit what `wanted` says, where they are what `expected` says. Raises InTheWay."""
    before = history.people_of(transcript)
    for one, person in expected.items():
        if _who(before.get(one)) != _who(person):
            name = (person or before[one])["name"]
            raise InTheWay(f"{name} has been changed since.")
    transcript.participants.filter(pk__in=wanted).update(speaker=None)  # so that two may change places
    transcript.participants.filter(pk__in=[one for one, person in wanted.items() if person is None]).delete()
    for one, person in wanted.items():
        if person is not None:
            _write(transcript, one, person)
    announce_people(transcript, before, history.people_of(transcript))


def _who(person: Mapping[str, Any] | None) -> tuple[str, int | None] | None:
    """Without the account: it may have been deleted."""
    return None if person is None else (person["name"], person["speaker"])


def _write(transcript: Transcript, one: str, person: Mapping[str, Any]) -> None:
    speaker = person["speaker"]
    if speaker is not None and transcript.participants.filter(speaker=speaker).exclude(pk=one).exists():
        raise InTheWay(f"{name_of(speaker, {})} is somebody else now.")
    user = User.objects.filter(pk=person["user_id"]).first() if person["user_id"] else None
    values = {"name": person["name"], "speaker": speaker, "user": user, "transcript": transcript}
    Participant.objects.update_or_create(pk=one, defaults=values)
