"""The history of a transcript, and the undo of what was changed of its fields."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.domain import history, undo
from transcripts.domain.refusals import InTheWay, NotThere
from transcripts.enums import EditKind
from transcripts.models import Edit, Transcript

pytestmark = pytest.mark.django_db


def write(transcript: Transcript, by: User, **values: Any) -> Edit:
    """What a verb does that changes fields: rows, then the note."""
    before = {name: getattr(transcript, name) for name in [*values, "edited"]}
    for name, value in values.items():
        setattr(transcript, name, value)
    transcript.edited = sorted({*transcript.edited, *values})
    transcript.save()
    after = {**values, "edited": transcript.edited}
    return history.record(
        transcript, kind=EditKind.FIELDS, by=by, description="Changed it.", before=before, after=after
    )


def names(transcript: Transcript) -> list[str]:
    return list(Event.objects.filter(stream_id=transcript.stream_key).order_by("seq").values_list("name", flat=True))


def test_edits_are_numbered_and_say_who(transcript: Transcript, owner: User) -> None:
    write(transcript, owner, title="One")
    history.record(transcript, kind=EditKind.FIELDS, by=None, description="By itself.", before={}, after={})
    assert [(edit.number, edit.by, edit.by_name) for edit in history.edits_of(transcript)] == [
        (2, None, "Reflector"),
        (1, owner, "Olivia"),
    ]


def test_undoing_a_title_gives_it_back_to_the_program(transcript: Transcript, owner: User, stranger: User) -> None:
    transcript.title = "Found"
    write(transcript, owner, title="Mine")
    edit = undo.undo(transcript, number=1, by=stranger)
    transcript.refresh_from_db()
    assert (transcript.title, transcript.edited) == ("Found", [])
    assert (edit.undone_by, edit.undone_by_name, edit.undone_at is None) == (stranger, "Sam", False)
    assert names(transcript) == ["FINAL_TITLE", "UPDATED"]


def test_undoing_the_second_of_two_leaves_the_field_with_the_person(transcript: Transcript, owner: User) -> None:
    write(transcript, owner, title="Mine")
    write(transcript, owner, title="Mine again")
    undo.undo(transcript, number=2, by=owner)
    transcript.refresh_from_db()
    assert (transcript.title, transcript.edited) == ("Mine", ["title"])


def test_an_earlier_edit_is_undone_though_something_else_was_edited_since(transcript: Transcript, owner: User) -> None:
    write(transcript, owner, title="Mine")
    write(transcript, owner, short_summary="Short.")
    undo.undo(transcript, number=1, by=owner)
    found = Transcript.objects.get(pk=transcript.pk)
    assert (found.title, found.short_summary, found.edited) == (None, "Short.", ["short_summary"])


def test_what_was_changed_again_names_the_later_edit(transcript: Transcript, owner: User) -> None:
    write(transcript, owner, title="Mine")
    write(transcript, owner, title="Mine again")
    with pytest.raises(InTheWay) as refused:
        undo.undo(transcript, number=1, by=owner)
    assert str(refused.value) == (
        "The same was changed again since, by edit 2 of Olivia: “Changed it.” Undo that one first."
    )


def test_in_reverse_order_all_can_be_undone_and_then_done_again(transcript: Transcript, owner: User) -> None:
    for title in ("One", "Two", "Three"):
        write(transcript, owner, title=title)
    for number in (3, 2, 1):
        undo.undo(transcript, number=number, by=owner)
    transcript.refresh_from_db()
    assert transcript.title is None
    for number in (1, 2, 3):
        undo.redo(transcript, number=number, by=owner)
    transcript.refresh_from_db()
    assert (transcript.title, transcript.edited) == ("Three", ["title"])


def test_what_a_run_wrote_since_is_not_undone(transcript: Transcript, owner: User) -> None:
    write(transcript, owner, title="Mine")
    Transcript.objects.filter(pk=transcript.pk).update(title="Found anew")
    with pytest.raises(InTheWay, match=r"The title has been written anew since\."):
        undo.undo(transcript, number=1, by=owner)


def test_twice_and_never(transcript: Transcript, owner: User) -> None:
    write(transcript, owner, title="Mine")
    with pytest.raises(InTheWay, match="has not been undone"):
        undo.redo(transcript, number=1, by=owner)
    undo.undo(transcript, number=1, by=owner)
    with pytest.raises(InTheWay, match="undone already"):
        undo.undo(transcript, number=1, by=owner)
    with pytest.raises(NotThere):
        undo.undo(transcript, number=2, by=owner)


def test_the_sentences_of_a_summary_come_back_with_it(transcript: Transcript, owner: User) -> None:
    cited = {"short": [{"text": "Found.", "seconds": [1.0]}], "sections": []}
    transcript.short_summary, transcript.summary_citations = "Found.", cited
    transcript.save()
    transcript.short_summary, transcript.summary_citations, transcript.edited = "Mine.", {"sections": []}, []
    transcript.save()
    history.record(
        transcript,
        kind=EditKind.FIELDS,
        by=owner,
        description="Changed the summary.",
        before={"short_summary": "Found.", "summary_citations": cited, "edited": []},
        after={"short_summary": "Mine.", "summary_citations": {"sections": []}, "edited": ["short_summary"]},
    )
    undo.undo(transcript, number=1, by=owner)
    transcript.refresh_from_db()
    assert (transcript.short_summary, transcript.summary_citations) == ("Found.", cited)
