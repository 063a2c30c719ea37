"""Taking an edit back, and doing it again after that: both put one of its two documents in the place of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from transcripts.domain import fields, history, participants, rows, sequence, snapshot
from transcripts.domain.history import Document, later_on_the_same, name_of
from transcripts.domain.locks import lock_with_runs, lock_words
from transcripts.domain.refusals import InTheWay, NotThere
from transcripts.domain.sequence import Spoken
from transcripts.enums import EditKind
from transcripts.events import Updated, announce
from transcripts.models import Edit, Transcript

#: What cannot come back.
_FOR_GOOD = {"audio_deleted": "The audio has been erased for good."}


@transaction.atomic
def undo(transcript: Transcript, *, number: int, by: User) -> Edit:
    """Take one edit back, whatever was edited elsewhere since. Raises NotThere, or InTheWay with the reason."""
    locked, edit = _locked(transcript, number)
    if edit.undone_at is not None:
        raise InTheWay("This edit has been undone already.")
    _swap(locked, edit, edit.after, edit.before, by)
    edit.undone_at, edit.undone_by, edit.undone_by_name = timezone.now(), by, name_of(by)
    edit.save(update_fields=["undone_at", "undone_by", "undone_by_name"])
    return edit


@transaction.atomic
def redo(transcript: Transcript, *, number: int, by: User) -> Edit:
    """Do an edit again that was undone. Raises NotThere, or InTheWay with the reason."""
    locked, edit = _locked(transcript, number)
    if edit.undone_at is None:
        raise InTheWay("This edit has not been undone.")
    _swap(locked, edit, edit.before, edit.after, by)
    edit.undone_at, edit.undone_by, edit.undone_by_name = None, None, ""
    edit.save(update_fields=["undone_at", "undone_by", "undone_by_name"])
    return edit


def _locked(transcript: Transcript, number: int) -> tuple[Transcript, Edit]:
    locked = lock_with_runs(transcript.pk)
    edit = None if locked is None else locked.edits.filter(number=number).first()
    if locked is None or edit is None:
        raise NotThere("Edit not found")
    if edit.kind == EditKind.DISCARDED:
        raise InTheWay("What was made anew without the edits cannot be brought back.")
    return locked, edit


def _swap(transcript: Transcript, edit: Edit, expected: Document, wanted: Document, by: User) -> None:
    """Put `wanted` where `expected` is now, all of it or, when something is in the way, nothing."""
    if (later := later_on_the_same(edit)) is not None:
        raise InTheWay(
            f"The same was changed again since, by edit {later.number} of {later.by_name}: "
            f"“{later.description}” Undo that one first."
        )
    if final := next((_FOR_GOOD[name] for name in _FOR_GOOD if name in expected), None):
        raise InTheWay(final)
    if "participants" in wanted:
        participants.put_back(transcript, expected["participants"], wanted["participants"])
    names = _swap_fields(transcript, _fields(expected), _fields(wanted), wanted)
    if "words" in wanted:
        _swap_words(transcript, expected, wanted, by)
    else:
        named = [*names, "participants"] if "participants" in wanted else names
        announce(transcript, Updated(fields=[*named, "edits"], by=by.get_short_name()))


def _fields(document: Document) -> dict[str, Any]:
    apart = {"participants", "words", *history.BESIDE}
    return {name: value for name, value in document.items() if name not in apart}


def _swap_fields(
    transcript: Transcript, expected: Mapping[str, Any], wanted: Mapping[str, Any], beside: Document
) -> list[str]:
    for name, value in expected.items():
        if getattr(transcript, name) != value:
            raise InTheWay(f"The {name.replace('_', ' ')} has been written anew since.")
    fields.put_back(transcript, wanted, beside=beside)
    if wanted:
        snapshot.keep_fields(transcript, wanted)
    return [*wanted]


def _swap_words(transcript: Transcript, expected: Document, wanted: Document, by: User) -> None:
    lock_words(transcript)
    table, words = rows.read(transcript)
    found = sequence.put_back(words, dict(expected), dict(wanted))
    if found is None:
        raise InTheWay("These words are no longer there as they were: a run has written them anew since.")
    touched = rows.write(transcript, table, _on_topics_of_now(transcript, found))
    rows.announce_words(transcript, touched, ["speakers"], by)


def _on_topics_of_now(transcript: Transcript, words: Sequence[Spoken]) -> list[Spoken]:
    """Words of an edit from before topics were found anew belong to the topic of what stands before them, or after."""
    present = {str(topic) for topic in transcript.topics.values_list("pk", flat=True)}
    last = next((one.topic for one in words if one.topic in present), None)
    placed = []
    for one in words:
        last = one.topic if one.topic in present else last
        placed.append(one if one.topic is None or one.topic == last else replace(one, topic=last))
    return placed
