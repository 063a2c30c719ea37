"""GET and DELETE /v1/transcripts/{id}."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from consent import vault
from consent.models import AudioKind, AudioObject
from tests.conftest import client_of
from transcripts.access import may_see_address
from transcripts.enums import RunState, ShareMode, StepState
from transcripts.models import Participant, Run, Step, Topic, Transcript

Say = Callable[..., Topic]
Named = Callable[..., Participant]


@pytest.fixture
def spoken(transcript: Transcript, say: Say, named: Named, owner: User) -> Transcript:
    """Two speakers, of whom one has a name and an account, and a word that may not have been said."""
    say(transcript, (0, "Hello there."), (1, "Hi Thanks"), suspect=("Thanks",))
    named(transcript, 0, "Olivia", owner)
    return transcript


def get(client: APIClient, transcript: Transcript, **query: str) -> dict[str, object]:
    answer = client.get(f"/v1/transcripts/{transcript.pk}", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, object] = answer.json()
    return found


def test_everything_about_it(owners: APIClient, spoken: Transcript) -> None:
    engine = {"engine": "pocketsphinx", "model": "en-us", "version": "5.1", "draft": True}
    spoken.engines, spoken.error = {"transcription": engine}, "The summary failed."
    spoken.action_items = {"decisions": [], "next_steps": []}
    spoken.save()
    spoken.refresh_from_db()
    unknown_times = {"started_at": None, "finished_at": None, "seconds": None}
    run = Run.objects.create(transcript=spoken, plan="file", before={}, percent=12.5, state=RunState.FAILED)
    Step.objects.create(run=run, name="probe", position=0, state=StepState.DONE)
    Step.objects.create(run=run, name="summary", position=1, state=StepState.FAILED, message="The summary failed.")
    participant = spoken.participants.get()
    assert get(owners, spoken) == {
        "id": str(spoken.pk),
        "user_id": str(spoken.user_id),
        "name": "Weekly",
        "status": "idle",
        "locked": False,
        "duration": 0.0,
        "title": None,
        "short_summary": None,
        "long_summary": None,
        "created_at": spoken.created_at.isoformat().replace("+00:00", "Z"),
        "share_mode": "private",
        "source_language": "en",
        "target_language": "en",
        "reviewed": False,
        "meeting_id": None,
        "source_kind": "file",
        "room_id": None,
        "room_name": None,
        "audio_deleted": None,
        "change_seq": spoken.change_seq,
        "participants": [
            {
                "id": str(participant.pk),
                "speaker": 0,
                "name": "Olivia",
                "user_id": str(spoken.user_id),
                "email": "owner@example.org",
            }
        ],
        "transcript_format": "text",
        "transcript": "Olivia: Hello there.\nSpeaker 1: Hi [Thanks?]",
        "action_items": {"decisions": [], "next_steps": []},
        "error": "The summary failed.",
        "engines": {"transcription": engine},
        "quality": None,
        "summary_sentences": None,
        "source": None,
        "run": {
            "id": str(run.pk),
            "state": "failed",
            "percent": 12.5,
            "percentage": 12.5,
            "stage": "Summarizing",
            "message": "Summarizing",
            "sub_progress": None,
            "time_elapsed": 0,
            "estimated_remaining": None,
            "stages": [
                {"name": "Reading the file", "state": "done", **unknown_times},
                {"name": "Summarizing", "state": "failed", **unknown_times},
            ],
            "error": "The summary failed.",
            "steps": [
                {"name": "probe", "stage": "Reading the file", "state": "done", "message": ""},
                {"name": "summary", "stage": "Summarizing", "state": "failed", "message": "The summary failed."},
            ],
        },
    }


def test_an_empty_one(owners: APIClient, transcript: Transcript) -> None:
    found = get(owners, transcript)
    names = ("transcript", "participants", "run", "action_items", "engines", "error")
    assert {name: found[name] for name in names} == {
        "transcript": "",
        "participants": [],
        "run": None,
        "action_items": None,
        "engines": {},
        "error": "",
    }


def test_how_good_it_is_and_what_was_not_clearly_said(owners: APIClient, transcript: Transcript) -> None:
    marks = {"grounding": "weak", "reason": "Dev does not come up there."}
    quality = {
        "score": 71,
        "reasons": [{"code": "suspect", "sentence": "29 % of the words were probably not said.", "points": 29}],
        "checked": {"sentences": 3, "grounded": 1, "weak": 1, "dropped": 1, "fields": 0, "mended": 1},
        "left_out": [{"what": "decision", "text": "Buy a boat", "reason": "Nothing like it was found."}],
        "coverage": 0.93,
    }
    sentence = {"text": "They met.", "seconds": [1.5], **marks}
    step = {"task": "Rest", "assigned_to": None, "assigned_to_participant_id": None, "deadline": None, "context": None}
    transcript.quality = quality
    transcript.summary_citations = {"short": [sentence], "sections": [{"heading": "All", "sentences": [sentence]}]}
    transcript.action_items = {"decisions": [], "next_steps": [{**step, "seconds": [2.0], **marks}]}
    transcript.save()
    found = get(owners, transcript)
    assert found["quality"] == quality
    assert found["summary_sentences"] == transcript.summary_citations
    assert found["action_items"] == transcript.action_items


def test_one_that_was_made_before_there_was_a_check(owners: APIClient, transcript: Transcript) -> None:
    transcript.summary_citations = {"short": [{"text": "They met.", "seconds": [1.5]}], "sections": []}
    transcript.save()
    found = get(owners, transcript)
    assert found["quality"] is None
    unchecked = {"text": "They met.", "seconds": [1.5], "grounding": "", "reason": ""}
    assert found["summary_sentences"] == {"short": [unchecked], "sections": []}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", "Olivia: Hello there.\nSpeaker 1: Hi [Thanks?]"),
        ("text-timestamped", "[00:00] Olivia: Hello there.\n[00:02] Speaker 1: Hi [Thanks?]"),
        (
            "webvtt-named",
            (
                "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Olivia>Hello there.\n\n"
                "00:00:02.000 --> 00:00:04.000\n<v Speaker 1>Hi [Thanks?]"
            ),
        ),
        (
            "json",
            [
                {"speaker": 0, "speaker_name": "Olivia", "text": "Hello there.", "start": 0.0, "end": 2.0},
                {"speaker": 1, "speaker_name": "Speaker 1", "text": "Hi [Thanks?]", "start": 2.0, "end": 4.0},
            ],
        ),
    ],
)
def test_formats(owners: APIClient, spoken: Transcript, name: str, expected: object) -> None:
    found = get(owners, spoken, transcript_format=name)
    assert (found["transcript_format"], found["transcript"]) == (name, expected)


def test_a_format_that_there_is_not(owners: APIClient, spoken: Transcript) -> None:
    answer = owners.get(f"/v1/transcripts/{spoken.pk}", {"transcript_format": "docx"})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "transcript_format"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_seven_queries_however_long_it_is(
    owners: APIClient, transcript: Transcript, say: Say, named: Named, owner: User, count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(count):
        say(transcript, (number, "Hello there."))
        named(transcript, number, f"Person {number}", owner)
        run = Run.objects.create(transcript=transcript, plan="file", before={}, state=RunState.ENDED)
        Step.objects.create(run=run, name="probe", position=0)
    # transcript, participants, their users, utterances, newest run, its steps, audit log
    with django_assert_num_queries(7):
        get(owners, transcript)


# --- addresses of people


def emails(client: APIClient, transcript: Transcript) -> list[object]:
    return [participant["email"] for participant in get(client, transcript)["participants"]]  # type: ignore[attr-defined]


def test_addresses_are_for_the_owner_for_admins_and_for_each_person_alone(
    owners: APIClient, strangers: APIClient, owner: User, stranger: User, transcript: Transcript, named: Named
) -> None:
    named(transcript, 0, "Olivia", owner)
    named(transcript, 1, "Sam", stranger)
    named(transcript, 2, "Nobody")
    Transcript.objects.filter(pk=transcript.pk).update(share_mode=ShareMode.PUBLIC)
    colleague = User.objects.create_user("colleague@example.org", "correct horse battery")
    admin = User.objects.create_superuser("admin@example.org", "correct horse battery")
    assert emails(owners, transcript) == ["owner@example.org", "stranger@example.org", None]
    assert emails(client_of(admin), transcript) == ["owner@example.org", "stranger@example.org", None]
    assert emails(strangers, transcript) == [None, "stranger@example.org", None]
    assert emails(client_of(colleague), transcript) == [None, None, None]
    assert not may_see_address(AnonymousUser(), transcript.participants.get(speaker=0))


# --- DELETE


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_deleted_one_is_left(
    owners: APIClient, spoken: Transcript, stored_files: Callable[[], list[str]]
) -> None:
    audio = vault.store(
        io.BytesIO(b"sound"),
        kind=AudioKind.PLAYBACK,
        transcript_id=spoken.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="test",
    )
    vault.adopt(audio)
    answer = owners.delete(f"/v1/transcripts/{spoken.pk}")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert owners.delete(f"/v1/transcripts/{spoken.pk}").status_code == 404
    assert owners.get("/v1/transcripts").json()["total"] == 0
    assert stored_files() == []
    assert AudioObject.objects.get().verified_at is not None  # the proof stays
