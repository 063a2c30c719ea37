"""All the people of a transcript at once, as a client gives them back after it has edited what it was given."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import NotRequired, TypedDict

from accounts.models import User
from transcripts.domain.participants import TAKEN
from transcripts.domain.refusals import EditRefused
from transcripts.models import Participant, Transcript


class Given(TypedDict):
    """`id`: of one who is there already. `user_id`: of the account that is linked already, or of whoever asks."""

    name: str
    id: NotRequired[uuid.UUID | None]
    speaker: NotRequired[int | None]
    user_id: NotRequired[uuid.UUID | None]


def replace(transcript: Transcript, given: Sequence[Given], *, by: User) -> bool:
    """Make them all there are. Who is not named goes. False when nothing differs. Belongs in a transaction.

    Raises EditRefused.
    """
    there = {participant.pk: participant for participant in transcript.participants.all()}
    before = [_values(participant) for participant in there.values()]
    _refuse_twice([one["speaker"] for one in given if one.get("speaker") is not None], TAKEN)
    _refuse_twice([one["id"] for one in given if one.get("id") in there], "The same participant is given twice.")
    wanted = [_participant(transcript, there, one, by) for one in given]
    if sorted(before, key=str) == sorted(map(_values, wanted), key=str):
        return False
    transcript.participants.exclude(pk__in=[participant.pk for participant in wanted]).delete()
    transcript.participants.update(speaker=None)  # so that two may change places
    for participant in wanted:
        participant.save()
    return True


def _values(participant: Participant) -> tuple[object, ...]:
    return (participant.pk, participant.speaker, participant.name, participant.user_id)


def _refuse_twice(values: Sequence[object], message: str) -> None:
    if len(set(values)) < len(values):
        raise EditRefused(message)


def _participant(transcript: Transcript, there: dict[uuid.UUID, Participant], given: Given, by: User) -> Participant:
    found = there.get(given.get("id") or uuid.UUID(int=0)) or Participant(transcript=transcript)
    user_id = given.get("user_id", found.user_id)
    if user_id not in (None, by.pk, found.user_id):  # their address would show
        raise EditRefused("You can link a participant to your own account only.")
    found.speaker, found.name, found.user_id = given.get("speaker"), given["name"], user_id
    return found
