"""Who said it: words given to another speaker, and two speakers made one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.db import transaction

from accounts.models import User
from transcripts.domain import history, participants, rows
from transcripts.domain.locks import lock_words
from transcripts.domain.minutes import clock
from transcripts.domain.refusals import EditRefused
from transcripts.domain.sequence import Spoken, difference, settle
from transcripts.domain.spoken import name_of, one_line, speaker_names
from transcripts.enums import EditKind
from transcripts.models import Edit, Participant, Transcript, Utterance

QUOTED = 40  # characters of what was said that a description repeats


@dataclass(frozen=True, slots=True)
class Stand:
    """What the transcript holds before the edit, under its lock."""

    transcript: Transcript
    people: dict[str, Any]
    table: Sequence[Utterance]
    words: Sequence[Spoken]


def _stand(transcript: Transcript) -> Stand:
    locked = lock_words(transcript)
    return Stand(locked, history.people_of(locked), *rows.read(locked))


@transaction.atomic
def assign_speaker(
    transcript: Transcript,
    *,
    by: User,
    timestamp_from: float,
    timestamp_to: float,
    speaker: int | None = None,
    participant_id: uuid.UUID | None = None,
    of_speaker: int | None = None,
) -> Edit | None:
    """Give every word that begins in a span, ends included, to a speaker or to a participant. Seconds.

    `of_speaker`: only what this one says there, where several talk at once.

    A participant who had no voice yet gets the smallest number that is nobody's. Utterances are split and joined as
    the speakers are then. None when nothing differs. Raises EditRefused, NotThere, InTheWay.
    """
    if speaker is None and participant_id is None:
        raise EditRefused("Either speaker or participant must be provided")
    if speaker is not None and participant_id is not None:
        raise EditRefused("Only one of speaker or participant must be provided")
    stand = _stand(transcript)
    person = None if participant_id is None else participants.of(stand.transcript, participant_id)

    def is_meant(one: Spoken) -> bool:
        there = timestamp_from <= one.word["start"] <= timestamp_to
        return there and of_speaker in (None, one.speaker)

    chosen = [one for one in stand.words if is_meant(one)]
    number = _number(stand, person) if person else speaker
    if number is None or all(one.speaker == number for one in chosen):
        return None
    if person is not None and person.speaker is None:
        Participant.objects.filter(pk=person.pk).update(speaker=number)
    given = _given(stand.words, number, is_meant)
    name = name_of(number, speaker_names(stand.transcript))
    return _save(stand, given, EditKind.ASSIGN, by, f"Gave {_quoted(chosen)} to {name}.")


def _number(stand: Stand, person: Participant) -> int:
    """Nobody's: of no word, and of no other person, who may not have been heard."""
    if person.speaker is not None:
        return person.speaker
    used = {one.speaker for one in stand.words} | {one["speaker"] for one in stand.people.values()}
    return next(number for number in count() if number not in used)


@transaction.atomic
def merge_speakers(transcript: Transcript, *, by: User, speaker_from: int, speaker_to: int) -> Edit | None:
    """All words of one speaker become those of another, and so does the name, where the other has none.

    None when nothing differs. Raises EditRefused where both are somebody, InTheWay.
    """
    stand = _stand(transcript)
    if speaker_from == speaker_to:
        return None
    names = speaker_names(stand.transcript)
    if speaker_from in names and speaker_to in names:
        raise EditRefused("Both speakers are assigned to participants")
    moved = stand.transcript.participants.filter(speaker=speaker_from).update(speaker=speaker_to)
    given = _given(stand.words, speaker_to, lambda one: one.speaker == speaker_from)
    if not moved and all(one.speaker != speaker_from for one in stand.words):
        return None
    description = f"Merged {name_of(speaker_from, names)} into {name_of(speaker_to, names)}."
    return _save(stand, given, EditKind.MERGE, by, description)


def _given(words: Sequence[Spoken], speaker: int, chosen: Callable[[Spoken], bool]) -> list[Spoken]:
    """The words with those chosen given to the speaker, and marked so where that is news."""
    return [
        replace(one, speaker=speaker, word={"voice": one.speaker, **one.word, "assigned": True})
        if one.speaker != speaker and chosen(one)
        else one
        for one in words
    ]


def _quoted(words: Sequence[Spoken]) -> str:
    """What was said, its beginning if it is long, and when."""
    text = one_line("".join(one.word["text"] for one in words[:QUOTED]))
    shown = text if len(text) <= QUOTED else text[:QUOTED].rstrip() + "…"
    return f"“{shown}” at {clock(words[0].word['start'])}"


def _save(stand: Stand, given: Sequence[Spoken], kind: EditKind, by: User, description: str) -> Edit:
    transcript = stand.transcript
    settled = settle(given)
    before, after = difference(stand.words, settled)
    touched = rows.write(transcript, stand.table, settled)
    people = history.people_of(transcript)
    edit = history.record(
        transcript,
        kind=kind,
        by=by,
        description=description,
        before={**before, "participants": stand.people},
        after={**after, "participants": people},
    )
    if people != stand.people:
        participants.announce_people(transcript, stand.people, people)
    rows.announce_words(transcript, touched, ["speakers"], by)
    return edit
