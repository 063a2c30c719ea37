"""All transcripts, and new ones."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import Site, invalid, ok, refused
from .shapes import MINIMAL, PAGE, WITH_PARTICIPANTS

LIST = {**PAGE, "items": [MINIMAL]}


def everything(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, 100):
        items = ok(client.get("/v1/transcripts", params={"page": page, "size": 100, **query}), LIST)["items"]
        found += items
        if len(items) < 100:
            break
    return found


def names(client: httpx.Client, **query: Any) -> set[str]:
    return {item["name"] for item in everything(client, **query)}


# --- the list


def test_newest_first(ann: httpx.Client) -> None:
    times = [item["created_at"] for item in everything(ann)]
    assert times == sorted(times, reverse=True)


def test_what_is_listed_is_what_may_be_read(ben: httpx.Client, ann: httpx.Client) -> None:
    assert names(ben) >= {"Ben's own", "For us", "For all", "In the den"}
    assert names(ben).isdisjoint({"Weekly", "In the attic", "Erased"})
    assert "Ben's own" not in names(ann)
    for item in everything(ben):
        ok(ben.get(f"/v1/transcripts/{item['id']}"))


@pytest.mark.parametrize(("kind", "inside"), [("room", "In the den"), ("file", "Weekly")])
def test_by_kind_of_source(ann: httpx.Client, kind: str, inside: str) -> None:
    found = everything(ann, source_kind=kind)
    assert {item["source_kind"] for item in found} == {kind}
    assert inside in {item["name"] for item in found}
    invalid(ann.get("/v1/transcripts", params={"source_kind": "cinema"}), ["query", "source_kind"])


def test_by_a_part_of_the_title_in_any_case(ann: httpx.Client) -> None:
    assert "Weekly" in names(ann, search_term="api SHIPS")
    assert names(ann, search_term="no such title at all") == set()
    assert "Empty" not in names(ann, search_term="api")


def test_by_room(ann: httpx.Client, site: Site) -> None:
    assert names(ann, room_id=site.world["rooms"]["den"]) == {"In the den"}


def test_names_of_rooms(ann: httpx.Client) -> None:
    by_name = {item["name"]: item for item in everything(ann)}
    assert by_name["In the den"]["room_name"] == "den"
    assert by_name["In the attic"]["room_name"] == "Deleted Room"
    assert (by_name["Weekly"]["room_id"], by_name["Weekly"]["room_name"]) == (None, None)


def test_following_by_change_seq(ann: httpx.Client, spare: str) -> None:
    seen = [item["change_seq"] for item in everything(ann, sort_by="change_seq")]
    assert seen == sorted(set(seen))
    changed = ok(ann.patch(spare, json={"name": "Changed last"}))["change_seq"]
    assert changed > seen[-1]
    since = everything(ann, sort_by="change_seq", change_seq_from=seen[-1])
    assert "Changed last" in {item["name"] for item in since}
    assert all(item["change_seq"] > seen[-1] for item in since)
    assert everything(ann, sort_by="change_seq", change_seq_from=since[-1]["change_seq"]) == []
    invalid(ann.get("/v1/transcripts", params={"sort_by": "colour"}), ["query", "sort_by"])


# --- a new one


def test_created_with_its_defaults(ann: httpx.Client, site: Site) -> None:
    made = ok(ann.post("/v1/transcripts", json={"name": "New"}), WITH_PARTICIPANTS)
    assert {
        "user_id": site.world["users"]["ann"],
        "name": "New",
        "status": "idle",
        "locked": False,
        "duration": 0,
        "title": None,
        "short_summary": None,
        "long_summary": None,
        "share_mode": "private",
        "source_language": "en",
        "target_language": "en",
        "reviewed": False,
        "meeting_id": None,
        "source_kind": "live",
        "room_id": None,
        "room_name": None,
        "audio_deleted": None,
        "participants": [],
    }.items() <= made.items()
    assert "topics" not in made
    assert "events" not in made
    assert ok(ann.get(f"/v1/transcripts/{made['id']}"))["name"] == "New"


@pytest.mark.parametrize(("source", "target"), [("en", "fr"), ("fr", "en")])
def test_created_with_languages(ann: httpx.Client, source: str, target: str) -> None:
    body = {"name": "New", "source_language": source, "target_language": target, "source_kind": "file"}
    made = ok(ann.post("/v1/transcripts", json=body), WITH_PARTICIPANTS)
    shown = ok(ann.get(f"/v1/transcripts/{made['id']}"))
    for found in (made, shown):
        assert (found["source_language"], found["target_language"], found["source_kind"]) == (source, target, "file")


def test_a_name_is_needed(ann: httpx.Client) -> None:
    invalid(ann.post("/v1/transcripts", json={}), ["body", "name"])


def test_strangers_list_and_make_nothing(anonymous: httpx.Client) -> None:
    refused(anonymous.get("/v1/transcripts"), 401, "Not authenticated")
    refused(anonymous.post("/v1/transcripts", json={"name": "New"}), 401, "Not authenticated")
