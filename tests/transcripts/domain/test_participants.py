"""Who took part, and which voice is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.domain import export, undo
from transcripts.domain.participants import add_participant, change_participant, remove_participant
from transcripts.domain.refusals import EditRefused, InTheWay, NotThere
from transcripts.models import Participant, Run, Topic, Transcript

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]
Named = Callable[..., Participant]


def people(transcript: Transcript) -> list[tuple[str, int | None]]:
    return sorted(transcript.participants.values_list("name", "speaker"))


def items(transcript: Transcript) -> tuple[str, str | None]:
    """Who is given the task of the tests."""
    step = Transcript.objects.get(pk=transcript.pk).action_items["next_steps"][0]
    return step["assigned_to"], step["assigned_to_participant_id"]


@pytest.fixture
def talk(transcript: Transcript, say: Say) -> Transcript:
    say(transcript, (0, "we ship"), (1, "fine"))
    step = {"task": "Ship", "assigned_to": "Speaker 1", "assigned_to_participant_id": None}
    transcript.action_items = {"decisions": [], "next_steps": [step]}
    transcript.save()
    return transcript


def test_a_name_flows_into_texts_and_tasks(talk: Transcript, owner: User) -> None:
    person = add_participant(talk, by=owner, name="  Ana Maria ", speaker=1)
    assert export.render(talk, "text") == "Speaker 0: we ship\nAna Maria: fine\n"
    assert items(talk) == ("Ana Maria", str(person.pk))
    change_participant(talk, by=owner, participant_id=person.pk, name="Ann")
    assert items(talk) == ("Ann", str(person.pk))
    remove_participant(talk, by=owner, participant_id=person.pk)
    assert items(talk) == ("Speaker 1", None)
    assert [edit.description for edit in talk.edits.all()] == [
        "Removed Ann.",
        "Renamed Ana Maria to Ann.",
        "Added Ana Maria as Speaker 1.",
    ]


def test_all_of_it_can_be_undone(talk: Transcript, owner: User) -> None:
    person = add_participant(talk, by=owner, name="Ann", speaker=1, user=owner)
    change_participant(talk, by=owner, participant_id=person.pk, name="Anna", speaker=0)
    remove_participant(talk, by=owner, participant_id=person.pk)
    undo.undo(talk, number=3, by=owner)
    assert (people(talk), talk.participants.get().user) == ([("Anna", 0)], owner)
    undo.undo(talk, number=2, by=owner)
    assert (people(talk), items(talk)) == ([("Ann", 1)], ("Ann", str(person.pk)))
    undo.undo(talk, number=1, by=owner)
    assert (people(talk), items(talk)) == ([], ("Speaker 1", None))
    undo.redo(talk, number=1, by=owner)
    assert people(talk) == [("Ann", 1)]


def test_two_may_be_without_a_voice_and_each_be_renamed(talk: Transcript, owner: User) -> None:
    ann = add_participant(talk, by=owner, name="Ann")
    add_participant(talk, by=owner, name="Bob")
    change_participant(talk, by=owner, participant_id=ann.pk, name="Anna", speaker=None)
    assert people(talk) == [("Anna", None), ("Bob", None)]


def test_a_voice_is_one_persons(talk: Transcript, owner: User, named: Named) -> None:
    named(talk, 0, "Ann")
    bob = named(talk, 1, "Bob")
    with pytest.raises(EditRefused, match="Speaker already assigned"):
        add_participant(talk, by=owner, name="Carla", speaker=0)
    with pytest.raises(EditRefused, match="Speaker already assigned"):
        change_participant(talk, by=owner, participant_id=bob.pk, speaker=0)
    change_participant(talk, by=owner, participant_id=bob.pk, speaker=1, name="Rob")
    assert people(talk) == [("Ann", 0), ("Rob", 1)]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201], ids=["empty", "spaces", "too long"])
def test_names_that_are_none(talk: Transcript, owner: User, name: str) -> None:
    with pytest.raises(EditRefused, match="name"):
        add_participant(talk, by=owner, name=name)


def test_who_is_not_there(talk: Transcript, owner: User) -> None:
    with pytest.raises(NotThere, match="Participant not found"):
        change_participant(talk, by=owner, participant_id=uuid.uuid4(), name="Ann")
    assert remove_participant(talk, by=owner, participant_id=uuid.uuid4()) is False


def test_nobody_links_the_account_of_another(talk: Transcript, owner: User, stranger: User) -> None:
    with pytest.raises(EditRefused, match="your own account only"):
        add_participant(talk, by=owner, name="Sam", user=stranger)


def test_a_change_that_changes_nothing_is_no_edit(talk: Transcript, owner: User, named: Named) -> None:
    ann = named(talk, 0, "Ann")
    change_participant(talk, by=owner, participant_id=ann.pk, name="Ann ", speaker=0)
    assert not talk.edits.exists()


def test_an_undo_that_would_give_one_voice_to_two(talk: Transcript, owner: User, named: Named) -> None:
    ann = named(talk, 0, "Ann")
    change_participant(talk, by=owner, participant_id=ann.pk, speaker=1)
    add_participant(talk, by=owner, name="Bob", speaker=0)
    with pytest.raises(InTheWay, match="Speaker 0 is somebody else now"):
        undo.undo(talk, number=1, by=owner)
    assert people(talk) == [("Ann", 1), ("Bob", 0)]


def test_also_while_a_run_is_at_work(talk: Transcript, owner: User) -> None:
    Run.objects.create(transcript=talk, plan="file", before={})
    add_participant(talk, by=owner, name="Ann", speaker=0)
    assert people(talk) == [("Ann", 0)]


def test_viewers_are_told(talk: Transcript, owner: User) -> None:
    person = add_participant(talk, by=owner, name="Ann", speaker=1)
    events = list(Event.objects.filter(stream_id=talk.stream_key).order_by("seq").values_list("name", "data"))
    assert [name for name, _ in events] == ["ACTION_ITEMS", "PARTICIPANTS", "UPDATED"]
    assert events[1][1] == {"participants": [{"id": str(person.pk), "name": "Ann", "speaker": 1}]}
    assert events[2][1] == {"fields": ["participants", "edits"], "by": "Olivia"}
