"""The history of a transcript: who changed what, when, and from what to what.

Every verb that a person's edit goes through calls `record` at its end, under the transcript's row lock. `before` and
`after` are documents with the same keys, JSON values only:

    any field of Transcript   its value: {"title": "Call"} and {"title": "Weekly call"}
    edited                    of FIELDS only: `Transcript.edited` before and after, so that an undo gives the field back
    summary_citations         of FIELDS only: what the summaries rested on before, whole
    participants              {id: {"name", "speaker", "user_id"}}, null where there is none, as `people_of` has them
    words, cuts               stretches of words and beginnings of utterances, as domain/sequence.py has them

From these alone domain/undo.py takes an edit back, and tells whether the same place was changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Max, QuerySet

from accounts.models import User
from transcripts.enums import EditKind
from transcripts.models import Edit, Transcript

Document = Mapping[str, Any]
#: Keys of a document that accompany others. They are put back with them, and no conflict by themselves.
BESIDE = frozenset({"edited", "summary_citations", "cuts"})


def record(
    transcript: Transcript, *, kind: EditKind, by: User | None, description: str, before: Document, after: Document
) -> Edit:
    """Note an edit that has just been written, under the next number. `by`: None is the program.

    `description` is a sentence for people without who and when: "Changed the title to “Weekly call”." Called inside
    the transaction of the edit, after its rows are saved, while the row of the transcript is locked. Announces
    nothing: the verb's own `Updated(fields=[…], by=…)` makes pages read the history anew. People who are the same in
    both documents are left out of them.
    """
    before, after = _differing_people(before, after)
    last = Edit.objects.filter(transcript=transcript).aggregate(last=Max("number"))["last"]
    return Edit.objects.create(
        transcript=transcript,
        number=(last or 0) + 1,
        kind=kind,
        by=by,
        by_name=name_of(by),
        description=description[:500],
        before=before,
        after=after,
    )


def name_of(user: User | None) -> str:
    """As the history shows people; it stays when the account is gone."""
    return "Reflector" if user is None else user.get_full_name()[:254]


def edits_of(transcript: Transcript) -> QuerySet[Edit]:
    """All edits, newest first, without the documents, which may be large."""
    return transcript.edits.defer("before", "after")


def people_of(transcript: Transcript) -> dict[str, Any]:
    """Everybody of the transcript, as documents hold them. One query."""
    return {
        str(one.pk): {"name": one.name, "speaker": one.speaker, "user_id": str(one.user_id) if one.user_id else None}
        for one in transcript.participants.all()
    }


def _differing_people(before: Document, after: Document) -> tuple[dict[str, Any], dict[str, Any]]:
    """The documents with those people only whom the edit changed, each in both."""
    old, new = before.get("participants", {}), after.get("participants", {})
    differing = sorted(one for one in old.keys() | new.keys() if old.get(one) != new.get(one))
    bare = [{key: value for key, value in document.items() if key != "participants"} for document in (before, after)]
    if not differing:
        return bare[0], bare[1]
    return (
        {**bare[0], "participants": {one: old.get(one) for one in differing}},
        {**bare[1], "participants": {one: new.get(one) for one in differing}},
    )


# --- what an edit is about


def places(*documents: Document) -> set[object]:
    """What documents touch, to be compared: names of fields, ids of people, and words by their time and text."""
    return {place for document in documents for place in _places(document)}


def _places(document: Document) -> Iterator[object]:
    for key, value in document.items():
        if key == "participants":
            yield from (("participant", one) for one in value)
        elif key == "words":
            yield from ((word["start"], word["end"], word["text"]) for stretch in value for word in stretch)
        elif key not in BESIDE:
            yield ("field", key)


def later_on_the_same(edit: Edit) -> Edit | None:
    """The newest edit after this one that touches what it touches and has not been undone."""
    mine = places(edit.before, edit.after)
    later = Edit.objects.filter(transcript=edit.transcript_id, number__gt=edit.number, undone_at=None)
    return next((other for other in later.order_by("-number") if mine & places(other.before, other.after)), None)
