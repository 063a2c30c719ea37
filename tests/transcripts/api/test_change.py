"""PATCH /v1/transcripts/{id}."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from consent import vault
from consent.models import AudioKind, AudioObject
from meetings.models import Room
from reflector_site.events.models import Event
from transcripts.domain.refusals import InTheWay
from transcripts.domain.undo import undo
from transcripts.enums import RunState, ShareMode, TranscriptStatus
from transcripts.models import Participant, Run, Topic, Transcript, Upload, UploadChunk

Named = Callable[..., Participant]
SENTENCE = {"text": "They met.", "seconds": [1.0], "grounding": "grounded", "reason": ""}
CITED = {"short": [SENTENCE], "sections": [{"heading": "All", "sentences": [SENTENCE]}]}


@pytest.fixture
def summed_up(transcript: Transcript, say: Callable[..., Topic]) -> Transcript:
    say(transcript, (0, "Hello there."), (1, "Hi."))
    transcript.title, transcript.short_summary = "Hello", "They met."
    transcript.long_summary = "# Quick recap\n\nThey met.\n\n# Summary\n\n**All**\n\nThey met."
    transcript.summary_citations = CITED
    transcript.save()
    return transcript


def patch(client: APIClient, transcript: Transcript, /, **changes: Any) -> dict[str, Any]:
    answer = client.patch(f"/v1/transcripts/{transcript.pk}", changes, "json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def refused(client: APIClient, transcript: Transcript, status: int = 400, /, **changes: Any) -> Any:
    before = Event.objects.count()
    answer = client.patch(f"/v1/transcripts/{transcript.pk}", changes, "json")
    assert answer.status_code == status, answer.content
    assert Event.objects.count() == before
    return answer.json()["detail"]


def events_of(key: str) -> list[tuple[str, Any]]:
    return list(Event.objects.filter(stream=key).order_by("seq").values_list("name", "data"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Weekly with Ann"),
        ("locked", True),
        ("title", "Money and Plans"),
        ("short_summary", "They met, at last."),
        ("long_summary", "# Summary\n\nThey met, at last."),
        ("share_mode", "public"),
        ("reviewed", True),
    ],
)
def test_what_is_named_changes_and_nothing_else(
    owners: APIClient, summed_up: Transcript, field: str, value: object
) -> None:
    before = owners.get(f"/v1/transcripts/{summed_up.pk}").json()
    after = patch(owners, summed_up, **{field: value})
    assert after.pop("change_seq") > before.pop("change_seq")
    assert after == {**{name: before[name] for name in after}, field: value}
    shown = owners.get(f"/v1/transcripts/{summed_up.pk}").json()
    assert shown[field] == value
    assert shown["transcript"] == before["transcript"]


def test_several_at_once_and_unknown_ones_ignored(owners: APIClient, summed_up: Transcript) -> None:
    found = patch(owners, summed_up, name="A", title="B", reviewed=True, status="ended", user_id=None, nonsense=1)
    assert (found["name"], found["title"], found["reviewed"], found["status"]) == ("A", "B", True, "idle")
    assert found["user_id"] == str(summed_up.user_id)


def test_nothing_to_change_is_no_event(owners: APIClient, summed_up: Transcript) -> None:
    before = Event.objects.count()
    assert patch(owners, summed_up, title="Hello", locked=False)["title"] == "Hello"
    assert patch(owners, summed_up)["title"] == "Hello"
    assert Event.objects.count() == before


def test_a_client_may_send_back_what_it_was_given(owners: APIClient, summed_up: Transcript, named: Named) -> None:
    named(summed_up, 0, "Olivia", summed_up.user)
    shown = owners.get(f"/v1/transcripts/{summed_up.pk}").json()
    before = Event.objects.count()
    assert patch(owners, summed_up, **shown).items() <= shown.items()
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"share_mode": "friends"}, ["body", "share_mode"]),
        ({"locked": "perhaps"}, ["body", "locked"]),
        ({"name": None}, ["body", "name"]),
        ({"name": "x" * 501}, ["body", "name"]),
        ({"title": "x" * 501}, ["body", "title"]),
        ({"title": "a\0b"}, ["body", "title"]),
        ({"participants": [{"speaker": 0}]}, ["body", "participants", "0", "name"]),
        ({"participants": [{"name": "A", "speaker": -1}]}, ["body", "participants", "0", "speaker"]),
        ({"action_items": {"decisions": []}}, ["body", "action_items", "next_steps"]),
        ({"room_id": "den"}, ["body", "room_id"]),
    ],
)
def test_what_does_not_fit(owners: APIClient, summed_up: Transcript, changes: dict[str, Any], where: list[str]) -> None:
    assert [problem["loc"] for problem in refused(owners, summed_up, 422, title_kept="x", **changes)] == [where]


def test_who_may(anonymous: APIClient, strangers: APIClient, transcript: Transcript) -> None:
    assert refused(anonymous, transcript, 401, name="Mine") == "Not authenticated"
    assert refused(strangers, transcript, 403, name="Mine") == "Transcript access denied"
    Transcript.objects.update(share_mode=ShareMode.PUBLIC)
    assert refused(strangers, transcript, 403, name="Mine") == "Not authorized"
    assert refused(strangers, transcript, 403, share_mode="friends") == "Not authorized"
    transcript.refresh_from_db()
    assert transcript.name == "Weekly"


def test_as_many_queries_whatever_it_holds(
    owners: APIClient,
    summed_up: Transcript,
    say: Callable[..., Topic],
    named: Named,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    named(summed_up, 0, "Ann", summed_up.user)
    with django_assert_num_queries(20):
        patch(owners, summed_up, name="A")
    for number in range(1, 6):
        say(summed_up, (number, "More."))
        named(summed_up, number, f"Ann {number}", summed_up.user)
    with django_assert_num_queries(20):
        patch(owners, summed_up, name="B")


# --- what a person wrote


def test_what_a_person_writes_is_theirs_until_they_empty_it(owners: APIClient, summed_up: Transcript) -> None:
    patch(owners, summed_up, title="Mine", long_summary="Mine too", locked=True)
    summed_up.refresh_from_db()
    assert summed_up.edited == ["long_summary", "title"]
    assert patch(owners, summed_up, title=None)["title"] is None
    patch(owners, summed_up, name="Also mine")
    summed_up.refresh_from_db()
    assert summed_up.edited == ["long_summary", "name"]


def test_a_summary_by_a_person_rests_on_no_moments(owners: APIClient, summed_up: Transcript) -> None:
    def sentences() -> Any:
        return owners.get(f"/v1/transcripts/{summed_up.pk}").json()["summary_sentences"]

    patch(owners, summed_up, short_summary="They met, at last.")
    assert sentences() == {"short": [], "sections": [{"heading": "All", "sentences": [SENTENCE]}]}
    patch(owners, summed_up, long_summary="So it was.")
    assert sentences() is None


def test_action_items_that_read_as_before_keep_their_moments(
    owners: APIClient, summed_up: Transcript, named: Named
) -> None:
    ann = named(summed_up, 0, "Ann")
    found = {"seconds": [3.0], "grounding": "weak", "reason": "Hardly said."}
    task = {"task": "Write it up", "assigned_to": None, "deadline": None, "context": None}
    summed_up.action_items = {
        "decisions": [],
        "next_steps": [{**task, "assigned_to_participant_id": None, **found}],
    }
    summed_up.save()
    mine = {"decisions": [{"decision": "Go on", "seconds": [9.0]}], "next_steps": [{**task, "assigned_to": "Ann"}]}
    patch(owners, summed_up, action_items=mine)
    decision = {"decision": "Go on", "rationale": None, "decided_by": None, "decided_by_participant_id": None}
    unmarked = {"seconds": [], "grounding": "", "reason": ""}
    assert owners.get(f"/v1/transcripts/{summed_up.pk}").json()["action_items"] == {
        "decisions": [{**decision, **unmarked}],
        "next_steps": [{**task, "assigned_to": "Ann", "assigned_to_participant_id": str(ann.pk), **found}],
    }
    summed_up.refresh_from_db()
    assert summed_up.edited == ["action_items"]
    assert events_of(summed_up.stream_key)[0][0] == "ACTION_ITEMS"


# --- events


def test_events_that_clients_follow(owners: APIClient, summed_up: Transcript) -> None:
    patch(owners, summed_up, title="New", short_summary="Short", long_summary="Long", reviewed=True)
    assert events_of(summed_up.stream_key) == [
        ("FINAL_TITLE", {"title": "New"}),
        ("FINAL_SHORT_SUMMARY", {"short_summary": "Short"}),
        ("FINAL_LONG_SUMMARY", {"long_summary": "Long"}),
        ("UPDATED", {"fields": ["title", "short_summary", "long_summary", "reviewed", "edits"], "by": "Olivia"}),
    ]
    created, titled, updated = events_of(f"user:{summed_up.user_id}")
    assert created[0] == "TRANSCRIPT_CREATED"
    assert titled == ("TRANSCRIPT_FINAL_TITLE", {"id": str(summed_up.pk), "title": "New"})
    assert updated[0] == "TRANSCRIPT_UPDATED"
    assert events_of("shared") == []


def test_lists_hear_that_it_leaves_and_enters_but_not_what_it_is_called_then(
    owners: APIClient, new_transcript: Callable[..., Transcript]
) -> None:
    shared = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    patch(owners, shared, share_mode="private", title="Secret")
    gone = ("TRANSCRIPT_UPDATED", {"id": str(shared.pk), "fields": ["title", "share_mode", "edits"]})
    assert events_of("shared") == [gone]
    patch(owners, shared, name="Secret, too")
    assert events_of("shared") == [gone]
    patch(owners, shared, share_mode="public", title="Open")
    assert [name for name, _ in events_of("shared")[1:]] == ["TRANSCRIPT_FINAL_TITLE", "TRANSCRIPT_UPDATED"]


# --- the history


def test_what_a_person_changed_is_in_the_history_and_can_be_undone(
    owners: APIClient, summed_up: Transcript, named: Named, owner: User
) -> None:
    named(summed_up, 0, "Ann")
    patch(owners, summed_up, title="Mine")
    patch(owners, summed_up, short_summary="We met.", long_summary="We met, all of us.", reviewed=True)
    patch(owners, summed_up, participants=[{"name": "Ben", "speaker": 0}], name="Ours")
    patch(owners, summed_up, share_mode="public", locked=True)
    patch(owners, summed_up, audio_deleted=True)
    assert [(edit.number, edit.by, edit.description) for edit in summed_up.edits.order_by("number")] == [
        (1, owner, "Changed the title to “Mine”."),
        (2, owner, "Changed the short summary and long summary."),
        (3, owner, "Changed the name and participants."),
        (4, owner, "Deleted the audio."),
    ]
    undo(summed_up, number=2, by=owner)
    undo(summed_up, number=1, by=owner)
    summed_up.refresh_from_db()
    assert (summed_up.title, summed_up.short_summary, summed_up.edited) == ("Hello", "They met.", ["name"])
    assert summed_up.summary_citations == CITED
    with pytest.raises(InTheWay, match="erased for good"):
        undo(summed_up, number=4, by=owner)


# --- rooms


def test_into_a_shared_room_and_out_of_it(
    owners: APIClient, strangers: APIClient, transcript: Transcript, owner: User
) -> None:
    room = Room.objects.create(name="den", user=owner, is_shared=True)
    assert strangers.get(f"/v1/transcripts/{transcript.pk}").status_code == 403
    found = patch(owners, transcript, room_id=str(room.pk))
    assert (found["room_id"], found["room_name"], found["share_mode"]) == (str(room.pk), "den", "private")
    assert strangers.get(f"/v1/transcripts/{transcript.pk}").status_code == 200
    assert patch(owners, transcript, room_id=None)["room_name"] is None
    assert strangers.get(f"/v1/transcripts/{transcript.pk}").status_code == 403
    assert len(events_of("shared")) == 2


def test_not_into_the_room_of_another(owners: APIClient, transcript: Transcript, stranger: User, owner: User) -> None:
    closed = Room.objects.create(name="closed", user=stranger)
    retired = Room.objects.create(name="retired", user=owner)
    retired.retire()
    for room in (closed, retired):
        assert "There is no such room" in refused(owners, transcript, room_id=str(room.pk), name="Moved")
    transcript.refresh_from_db()
    assert transcript.name == "Weekly"


# --- people


def people(transcript: Transcript) -> list[tuple[object, ...]]:
    return list(transcript.participants.order_by("name").values_list("id", "speaker", "name", "user_id"))


def test_participants_are_replaced_as_a_whole(
    owners: APIClient, transcript: Transcript, named: Named, owner: User
) -> None:
    ann, ben, cid = named(transcript, 0, "Ann", owner), named(transcript, 1, "Ben"), named(transcript, 2, "Cid")
    given = [
        {"id": str(ann.pk), "speaker": 1, "name": "Ann"},
        {"id": str(ben.pk), "speaker": 0, "name": "Benno"},
        {"name": "Dora"},
    ]
    found = patch(owners, transcript, participants=given)["participants"]
    dora = transcript.participants.get(name="Dora")
    assert people(transcript) == [
        (ann.pk, 1, "Ann", owner.pk),
        (ben.pk, 0, "Benno", None),
        (dora.pk, None, "Dora", None),
    ]
    assert [(one["name"], one["email"]) for one in found] == [
        ("Benno", None),
        ("Ann", "owner@example.org"),
        ("Dora", None),
    ]
    assert not Participant.objects.filter(pk=cid.pk).exists()
    (name, data), _ = events_of(transcript.stream_key)
    assert name == "PARTICIPANTS"
    assert {one["name"] for one in data["participants"]} == {"Ann", "Benno", "Dora"}


def test_participants_that_cannot_be(owners: APIClient, transcript: Transcript, named: Named, stranger: User) -> None:
    ann = named(transcript, 0, "Ann")
    before = people(transcript)
    twice = [{"name": "A", "speaker": 3}, {"name": "B", "speaker": 3}]
    assert refused(owners, transcript, participants=twice, name="Changed") == "Speaker already assigned"
    same = [{"id": str(ann.pk), "name": "A"}, {"id": str(ann.pk), "name": "B"}]
    assert refused(owners, transcript, participants=same) == "The same participant is given twice."
    theirs = [{"name": "Sam", "user_id": str(stranger.pk)}]
    assert "your own account" in refused(owners, transcript, participants=theirs)
    assert people(transcript) == before
    transcript.refresh_from_db()
    assert transcript.name == "Weekly"


# --- audio


def store(transcript: Transcript, kind: AudioKind) -> AudioObject:
    audio = vault.store(
        iter([b"sound"]), kind=kind, transcript_id=transcript.pk, extension="bin", media_type="audio/any", origin="test"
    )
    vault.adopt(audio)
    return audio


def test_every_copy_of_the_audio_goes_and_does_not_come_back(
    owners: APIClient,
    transcript: Transcript,
    stored_files: Callable[[], list[str]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    for kind in AudioKind:
        audio = store(transcript, kind)
    upload = Upload.objects.create(transcript=transcript, total_chunks=2)
    UploadChunk.objects.create(upload=upload, number=0, audio=audio)
    transcript.waveform = [0.5] * 255
    transcript.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert patch(owners, transcript, audio_deleted=True)["audio_deleted"] is True
    assert stored_files() == []
    assert AudioObject.objects.filter(verified_at=None).count() == 0
    assert not Upload.objects.exists()
    assert [name for name, _ in events_of(transcript.stream_key)] == ["AUDIO_DELETED", "UPDATED"]
    mp3 = owners.get(f"/v1/transcripts/{transcript.pk}/audio/mp3")
    assert (mp3.status_code, mp3.json()) == (404, {"detail": "Audio unavailable due to privacy settings"})
    assert owners.get(f"/v1/transcripts/{transcript.pk}/audio/waveform").status_code == 404
    assert "for good" in refused(owners, transcript, audio_deleted=False)
    assert patch(owners, transcript, audio_deleted=True)["audio_deleted"] is True


def test_audio_that_somebody_works_on_is_not_erased_under_them(owners: APIClient, transcript: Transcript) -> None:
    store(transcript, AudioKind.UPLOAD)
    run = Run.objects.create(transcript=transcript, plan="file", before={})
    assert "in use" in refused(owners, transcript, audio_deleted=True)
    Run.objects.filter(pk=run.pk).update(state=RunState.CANCELLED)
    Transcript.objects.update(status=TranscriptStatus.RECORDING)
    assert "in use" in refused(owners, transcript, audio_deleted=True)
    assert AudioObject.objects.live().count() == 1


# --- locked


def test_a_locked_transcript_takes_no_audio_and_no_processing(owners: APIClient, transcript: Transcript) -> None:
    patch(owners, transcript, locked=True)
    address = f"/v1/transcripts/{transcript.pk}"
    piece = f"{address}/record/upload?chunk_number=0&total_chunks=1"
    chunk = owners.generic("POST", piece, b"x", "application/octet-stream")
    assert (chunk.status_code, chunk.json()) == (400, {"detail": "Transcript is locked"})
    process = owners.post(f"{address}/process")
    assert (process.status_code, process.json()) == (400, {"detail": "Recording is locked"})
    patch(owners, transcript, locked=False)
    assert owners.post(f"{address}/process").json() == {"detail": "Recording is not ready for processing"}


@pytest.mark.parametrize(
    "body",
    [{"name": 1}, {"title": 1.5}, {"long_summary": 0}, {"participants": [{"name": 7}]}],
    ids=["name", "title", "summary", "participant"],
)
def test_a_number_is_no_text(owners: APIClient, transcript: Transcript, body: dict[str, Any]) -> None:
    found = owners.patch(f"/v1/transcripts/{transcript.pk}", body, "json")
    assert found.status_code == 422
    assert found.json()["detail"][0]["msg"] == "Not a valid string."
