"""People, speakers, words and their history, over HTTP: what clients send, and what they are answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from transcripts.models import Participant, Run, Topic, Transcript

pytestmark = pytest.mark.django_db

Say = Callable[..., Topic]
Named = Callable[..., Participant]
OK = {"status": "ok"}


@pytest.fixture
def talk(transcript: Transcript, say: Say) -> Transcript:
    say(transcript, (0, "we chip on monday"), (1, "fine by me"))
    return transcript


def address(transcript: Transcript, rest: str) -> str:
    return f"/v1/transcripts/{transcript.pk}/{rest}"


def said(transcript: Transcript) -> list[tuple[int, str]]:
    return list(transcript.utterances.values_list("speaker", "text"))


# --- participants


def test_a_participant_from_beginning_to_end(owners: APIClient, talk: Transcript) -> None:
    added = owners.post(address(talk, "participants"), {"name": " Ana Maria ", "speaker": 1}, format="json")
    assert added.status_code == 200
    assert added.json() == {"id": added.json()["id"], "speaker": 1, "name": "Ana Maria"}
    one = address(talk, f"participants/{added.json()['id']}")
    assert owners.get(one).json() == added.json()
    changed = owners.patch(one, {"name": "Ann", "speaker": 0}, format="json")
    assert (changed.status_code, changed.json()) == (200, {**added.json(), "name": "Ann", "speaker": 0})
    assert owners.get(address(talk, "participants")).json() == [changed.json()]
    assert owners.patch(one, {"name": None, "speaker": None}, format="json").json()["speaker"] is None
    assert (owners.delete(one).json(), owners.delete(one).json()) == (OK, OK)
    assert owners.get(one).json() == {"detail": "Participant not found"}


@pytest.mark.parametrize("speaker", [0, 1])
def test_a_voice_is_one_persons(owners: APIClient, talk: Transcript, named: Named, speaker: int) -> None:
    named(talk, speaker, "Ann")
    answer = owners.post(address(talk, "participants"), {"name": "Bob", "speaker": speaker}, format="json")
    assert (answer.status_code, answer.json()) == (400, {"detail": "Speaker already assigned"})


def test_renaming_one_of_two_without_a_voice(owners: APIClient, talk: Transcript) -> None:
    ann = Participant.objects.create(transcript=talk, name="Ann")
    Participant.objects.create(transcript=talk, name="Bob")
    answer = owners.patch(address(talk, f"participants/{ann.pk}"), {"name": "Anna"}, format="json")
    assert (answer.status_code, answer.json()["name"]) == (200, "Anna")


@pytest.mark.parametrize(
    "body", [{}, {"name": " "}, {"name": "Ann", "speaker": -1}, {"name": "Ann", "speaker": 2**31}, {"name": "x" * 201}]
)
def test_participants_that_do_not_fit(owners: APIClient, talk: Transcript, body: dict[str, Any]) -> None:
    assert owners.post(address(talk, "participants"), body, format="json").status_code == 422


def test_changing_one_who_is_not_there(owners: APIClient, talk: Transcript) -> None:
    answer = owners.patch(address(talk, f"participants/{uuid.uuid4()}"), {"name": "Ann"}, format="json")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Participant not found"})


# --- speakers


def test_giving_words_to_a_speaker(owners: APIClient, talk: Transcript) -> None:
    body = {"speaker": 4, "timestamp_from": 2, "timestamp_to": 4}
    assert owners.patch(address(talk, "speaker/assign"), body, format="json").json() == OK
    assert said(talk) == [(0, "we chip"), (4, "on monday fine"), (1, "by me")]


def test_giving_words_to_a_participant(owners: APIClient, talk: Transcript) -> None:
    ann = Participant.objects.create(transcript=talk, name="Ann")
    body = {"participant": str(ann.pk), "timestamp_from": 0, "timestamp_to": 3}
    assert owners.patch(address(talk, "speaker/assign"), body, format="json").json() == OK
    assert said(talk) == [(2, "we chip on monday"), (1, "fine by me")]


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({}, 400, "Either speaker or participant must be provided"),
        (
            {"speaker": 0, "participant": str(uuid.UUID(int=1))},
            400,
            "Only one of speaker or participant must be provided",
        ),
        ({"participant": str(uuid.UUID(int=1))}, 404, "Participant not found"),
    ],
    ids=["neither", "both", "unknown"],
)
def test_to_whom(owners: APIClient, talk: Transcript, body: dict[str, Any], status: int, detail: str) -> None:
    span = {"timestamp_from": 0, "timestamp_to": 3}
    answer = owners.patch(address(talk, "speaker/assign"), body | span, format="json")
    assert (answer.status_code, answer.json()) == (status, {"detail": detail})


@pytest.mark.parametrize(
    "body",
    [
        {"speaker": 0, "timestamp_from": 3, "timestamp_to": 2},
        {"speaker": -1, "timestamp_from": 0, "timestamp_to": 2},
        {"speaker": 0, "timestamp_from": 0},
        {"participant": "Ann", "timestamp_from": 0, "timestamp_to": 2},
    ],
    ids=["backwards", "negative", "no end", "no id"],
)
def test_spans_that_do_not_fit(owners: APIClient, talk: Transcript, body: dict[str, Any]) -> None:
    assert owners.patch(address(talk, "speaker/assign"), body, format="json").status_code == 422


def test_merging(owners: APIClient, talk: Transcript, named: Named) -> None:
    bob = named(talk, 1, "Bob")
    merge = {"speaker_from": 1, "speaker_to": 0}
    assert owners.patch(address(talk, "speaker/merge"), merge, format="json").json() == OK
    bob.refresh_from_db()
    assert (bob.speaker, said(talk)) == (0, [(0, "we chip on monday fine by me")])
    named(talk, 5, "Ann")
    answer = owners.patch(address(talk, "speaker/merge"), {"speaker_from": 0, "speaker_to": 5}, format="json")
    assert (answer.status_code, answer.json()) == (400, {"detail": "Both speakers are assigned to participants"})


def test_while_it_is_processed(owners: APIClient, talk: Transcript) -> None:
    Run.objects.create(transcript=talk, plan="file", before={})
    row = talk.utterances.all()[0]
    merged = owners.patch(address(talk, "speaker/merge"), {"speaker_from": 1, "speaker_to": 0}, format="json")
    edited = owners.patch(address(talk, f"utterances/{row.pk}"), {"text": "no", "seen": row.text}, format="json")
    assert (merged.status_code, edited.status_code, merged.json()) == (409, 409, edited.json())
    assert "being processed" in merged.json()["detail"]


# --- words


def test_utterances_in_pages(owners: APIClient, talk: Transcript) -> None:
    found = owners.get(address(talk, "utterances"), {"size": 1, "page": 2}).json()
    row = talk.utterances.all()[1]
    word = {"confidence": None, "suspect": "", "edited": False, "assigned": False}
    assert found == {
        "items": [
            {
                "id": row.pk,
                "position": 1,
                "topic_id": str(row.topic_id),
                "speaker": 1,
                "start": 4.0,
                "end": 7.0,
                "text": "fine by me",
                "edited": False,
                "words": [
                    {"text": " fine", "start": 4.0, "end": 5.0, **word},
                    {"text": " by", "start": 5.0, "end": 6.0, **word},
                    {"text": " me", "start": 6.0, "end": 7.0, **word},
                ],
            }
        ],
        "total": 2,
        "page": 2,
        "size": 1,
        "pages": 2,
    }


@pytest.mark.parametrize("count", [1, 30])
def test_the_cost_of_a_page_of_utterances(
    owners: APIClient, talk: Transcript, say: Say, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    say(talk, *[(n % 2, "one two") for n in range(count)])
    with django_assert_num_queries(4):
        assert owners.get(address(talk, "utterances")).status_code == 200


def test_correcting_an_utterance(owners: APIClient, talk: Transcript) -> None:
    row = talk.utterances.all()[0]
    one = address(talk, f"utterances/{row.pk}")
    answer = owners.patch(one, {"text": "we ship on monday", "seen": row.text}, format="json")
    assert (answer.status_code, answer.json(), said(talk)[0]) == (200, OK, (0, "we ship on monday"))
    first = owners.get(address(talk, "utterances")).json()["items"][0]
    assert first["edited"] is True
    assert [word["edited"] for word in first["words"]] == [False, True, False, False]
    late = owners.patch(one, {"text": "we sip", "seen": row.text}, format="json")
    assert (late.status_code, late.json()["text"]) == (409, "we ship on monday")
    assert "while you were writing" in late.json()["detail"]
    assert owners.patch(one, {"text": "", "seen": "we ship on monday"}, format="json").json() == OK
    assert said(talk) == [(1, "fine by me")]


def test_an_utterance_that_is_not_there_or_does_not_fit(owners: APIClient, talk: Transcript) -> None:
    gone = owners.patch(address(talk, "utterances/1"), {"text": "a", "seen": "b"}, format="json")
    assert (gone.status_code, gone.json()) == (404, {"detail": "Utterance not found"})
    row = talk.utterances.all()[0]
    one = address(talk, f"utterances/{row.pk}")
    assert owners.patch(one, {"text": "unseen"}, format="json").status_code == 422
    assert owners.patch(one, {"text": "x" * 20_001, "seen": row.text}, format="json").status_code == 422


# --- history


def test_the_history_and_undo(owners: APIClient, talk: Transcript) -> None:
    body = {"speaker": 4, "timestamp_from": 0, "timestamp_to": 3}
    owners.patch(address(talk, "speaker/assign"), body, format="json")
    owners.post(address(talk, "participants"), {"name": "Ann", "speaker": 4}, format="json")
    found = owners.get(address(talk, "edits")).json()
    assert found["total"] == 2
    assert [(one["number"], one["kind"], one["description"]) for one in found["items"]] == [
        (2, "participant added", "Added Ann as Speaker 4."),
        (1, "assign", "Gave “we chip on monday” at 00:00 to Speaker 4."),
    ]
    undone = owners.post(address(talk, "edits/1/undo"))
    assert (undone.status_code, undone.json()["undone_by_name"]) == (200, "Olivia")
    assert said(talk) == [(0, "we chip on monday"), (1, "fine by me")]
    assert owners.post(address(talk, "edits/1/undo")).status_code == 409
    assert owners.post(address(talk, "edits/1/redo")).json()["undone_at"] is None
    assert owners.post(address(talk, "edits/9/undo")).json() == {"detail": "Edit not found"}


def test_what_was_changed_again_has_to_be_undone_first(owners: APIClient, talk: Transcript) -> None:
    for speaker in (4, 5):
        body = {"speaker": speaker, "timestamp_from": 0, "timestamp_to": 3}
        owners.patch(address(talk, "speaker/assign"), body, format="json")
    answer = owners.post(address(talk, "edits/1/undo"))
    assert answer.status_code == 409
    assert "by edit 2 of Olivia" in answer.json()["detail"]
