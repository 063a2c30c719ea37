"""GET and POST /v1/transcripts."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIClient

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.api.serializers import GetTranscriptMinimalSerializer
from transcripts.enums import ShareMode, SourceKind
from transcripts.models import Transcript

New = Callable[..., Transcript]


def names(client: APIClient, **query: object) -> list[str]:
    answer = client.get("/v1/transcripts", query)
    assert answer.status_code == 200, answer.content
    return [item["name"] for item in answer.json()["items"]]


def test_a_list_item_has_every_field_that_clients_know(owners: APIClient, transcript: Transcript) -> None:
    transcript.refresh_from_db()
    assert owners.get("/v1/transcripts").json() == {
        "items": [
            {
                "id": str(transcript.pk),
                "user_id": str(transcript.user_id),
                "name": "Weekly",
                "status": "idle",
                "locked": False,
                "duration": 0.0,
                "title": None,
                "short_summary": None,
                "long_summary": None,
                "created_at": transcript.created_at.isoformat().replace("+00:00", "Z"),
                "share_mode": "private",
                "source_language": "en",
                "target_language": "en",
                "reviewed": False,
                "meeting_id": None,
                "source_kind": "file",
                "room_id": None,
                "room_name": None,
                "audio_deleted": None,
                "change_seq": transcript.change_seq,
            }
        ],
        "total": 1,
        "page": 1,
        "size": 50,
        "pages": 1,
    }
    assert transcript.change_seq > 0


def test_one_sees_ones_own_and_what_is_shared(owners: APIClient, strangers: APIClient, new_transcript: New) -> None:
    new_transcript(name="private")
    new_transcript(name="for colleagues", share_mode=ShareMode.SEMI_PRIVATE)
    new_transcript(name="for all", share_mode=ShareMode.PUBLIC)
    assert names(owners) == ["for all", "for colleagues", "private"]
    assert names(strangers) == ["for all", "for colleagues"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_two_queries(
    owners: APIClient, new_transcript: New, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        new_transcript()
    with django_assert_num_queries(2):  # how many there are, and the page
        assert len(names(owners)) == count


def test_pages(owners: APIClient, new_transcript: New) -> None:
    for number in range(5):
        new_transcript(name=str(number))
    assert [names(owners, size=2, page=page) for page in (1, 2, 3, 4)] == [["4", "3"], ["2", "1"], ["0"], []]
    answer = owners.get("/v1/transcripts", {"size": 2, "page": 4}).json()
    assert answer == {"items": [], "total": 5, "page": 4, "size": 2, "pages": 3}


def test_an_empty_list_has_no_page(owners: APIClient) -> None:
    assert owners.get("/v1/transcripts").json() == {"items": [], "total": 0, "page": 1, "size": 50, "pages": 0}


def test_filters(owners: APIClient, new_transcript: New) -> None:
    new_transcript(name="a", title="Budget for 2030", source_kind=SourceKind.LIVE)
    new_transcript(name="b", title="The BUDGET, again")
    new_transcript(name="c", title="100% of it")
    new_transcript(name="d")
    assert names(owners, search_term="budget") == ["b", "a"]
    assert names(owners, search_term="%") == ["c"]
    assert names(owners, search_term="") == ["d", "c", "b", "a"]
    assert names(owners, source_kind="live") == ["a"]
    assert names(owners, source_kind="live", search_term="again") == []


def test_newest_first_whatever_changed_last(owners: APIClient, new_transcript: New) -> None:
    old = new_transcript(name="old")
    new_transcript(name="new")
    Transcript.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=1))
    assert names(owners) == ["new", "old"]


def test_changes_can_be_followed(owners: APIClient, new_transcript: New) -> None:
    first, second = new_transcript(name="first"), new_transcript(name="second")
    seen = owners.get("/v1/transcripts", {"sort_by": "change_seq"}).json()["items"]
    assert [item["name"] for item in seen] == ["first", "second"]
    Transcript.objects.filter(pk=first.pk).update(title="changed")
    assert names(owners, sort_by="change_seq", change_seq_from=seen[-1]["change_seq"]) == ["first"]
    assert names(owners, sort_by="change_seq") == ["second", "first"]
    second.refresh_from_db()
    assert names(owners, change_seq_from=second.change_seq - 1, sort_by="change_seq") == ["second", "first"]


@pytest.mark.parametrize(
    ("query", "loc"),
    [
        ({"page": 0}, "page"),
        ({"size": 101}, "size"),
        ({"size": "many"}, "size"),
        ({"source_kind": "dream"}, "source_kind"),
        ({"sort_by": "name"}, "sort_by"),
        ({"change_seq_from": "x"}, "change_seq_from"),
        ({"change_seq_from": 2**64}, "change_seq_from"),
    ],
)
def test_a_query_that_does_not_fit(owners: APIClient, query: dict[str, object], loc: str) -> None:
    answer = owners.get("/v1/transcripts", query)
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["query", loc]]


# --- POST


def test_create_with_a_name_alone(owners: APIClient, owner: User) -> None:
    answer = owners.post("/v1/transcripts", {"name": "Weekly"}, format="json")
    assert answer.status_code == 200
    transcript = Transcript.objects.get()
    assert transcript.user == owner
    assert answer.json() == {
        "id": str(transcript.pk),
        "user_id": str(owner.pk),
        "name": "Weekly",
        "status": "idle",
        "locked": False,
        "duration": 0.0,
        "title": None,
        "short_summary": None,
        "long_summary": None,
        "created_at": transcript.created_at.isoformat().replace("+00:00", "Z"),
        "share_mode": "private",
        "source_language": "en",
        "target_language": "en",
        "reviewed": False,
        "meeting_id": None,
        "source_kind": "live",
        "room_id": None,
        "room_name": None,
        "audio_deleted": None,
        "change_seq": transcript.change_seq,
        "participants": [],
    }
    event = Event.objects.get(stream_id=f"user:{owner.pk}")
    assert (event.name, event.data) == ("TRANSCRIPT_CREATED", {"id": str(transcript.pk)})


def test_create_with_everything(owners: APIClient) -> None:
    wanted = {"name": "", "source_language": "de", "target_language": "fr", "source_kind": "file"}
    answer = owners.post("/v1/transcripts", wanted, format="json").json()
    assert {name: answer[name] for name in wanted} == wanted


@pytest.mark.parametrize("spoken", ["de", "auto"])
def test_a_transcript_that_is_wanted_in_no_other_language(owners: APIClient, spoken: str) -> None:
    body = {"name": "", "source_language": spoken, "target_language": None}
    assert owners.post("/v1/transcripts", body, format="json").json()["target_language"] == spoken


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a", "source_kind": "dream"}, "source_kind"),
        ({"name": "a", "source_language": "x" * 21}, "source_language"),
        ({"name": "a", "source_language": "zz-bogus"}, "source_language"),
    ],
)
def test_a_body_that_does_not_fit(owners: APIClient, body: dict[str, object], loc: str) -> None:
    answer = owners.post("/v1/transcripts", body, format="json")
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["body", loc]]
    assert not Transcript.objects.exists()


def test_a_body_that_is_no_object(owners: APIClient) -> None:
    assert owners.post("/v1/transcripts", ["name"], format="json").status_code == 422
    broken = owners.post("/v1/transcripts", "{", content_type="application/json")
    assert (broken.status_code, broken.json()["detail"][0]["type"]) == (422, "json_invalid")


def test_the_list_says_what_its_serializer_would(owners: APIClient, transcript: Transcript) -> None:
    (item,) = owners.get("/v1/transcripts").json()["items"]
    transcript.refresh_from_db()
    assert item == json.loads(JSONRenderer().render(GetTranscriptMinimalSerializer(transcript).data))
