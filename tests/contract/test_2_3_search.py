"""Finding transcripts by what was said."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import Site, invalid, ok, operation, refused
from .shapes import Choice, Id, Maybe, Time

PATH = "/v1/transcripts/search"
RESULT = {
    "id": Id,
    "title": Maybe(str),
    "user_id": Maybe(Id),
    "room_id": Maybe(Id),
    "room_name": Maybe(str),
    "source_kind": Choice("room", "live", "file"),
    "created_at": Time,
    "status": Choice("idle", "uploaded", "recording", "processing", "ended", "error"),
    "rank": float,
    "duration": float,
    "search_snippets": [str],
    "total_match_count": int,
    "change_seq": int,
}
ANSWER = {"results": [RESULT], "total": int, "query": str, "limit": int, "offset": int}


def find(client: httpx.Client, q: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = ok(client.get(PATH, params={"q": q, "limit": 100, **query}), ANSWER)
    return found


def ids(client: httpx.Client, q: str, **query: Any) -> list[str]:
    return [result["id"] for result in find(client, q, **query)["results"]]


def test_operation_id(schema: dict[str, Any]) -> None:
    assert operation(schema, "get", PATH) == "v1_transcripts_search"


def test_what_was_said(ann: httpx.Client, site: Site) -> None:
    found = ok(ann.get(PATH, params={"q": "ships"}), ANSWER)
    assert (found["query"], found["limit"], found["offset"]) == ("ships", 20, 0)
    assert found["total"] >= len(found["results"]) > 0
    result = next(each for each in find(ann, "ships")["results"] if each["id"] == site.id("spoken"))
    assert result["duration"] == 11_000  # milliseconds
    assert result["total_match_count"] >= 1
    assert any("ships in May" in snippet for snippet in result["search_snippets"])
    assert len(result["search_snippets"]) <= 3
    assert all(len(snippet) <= 156 for snippet in result["search_snippets"])


def test_operators(ann: httpx.Client, site: Site) -> None:
    assert site.id("spoken") in ids(ann, '"ships in May"')
    assert site.id("spoken") not in ids(ann, '"ships in June"')
    assert site.id("spoken") in ids(ann, "walrus or ships")
    assert site.id("spoken") not in ids(ann, "ships -agreed")
    assert ids(ann, "walrus") == []


def test_nothing_asked_is_everything_newest_first(ann: httpx.Client) -> None:
    found = find(ann, "")
    times = [result["created_at"] for result in found["results"]]
    assert times == sorted(times, reverse=True)
    assert {result["rank"] for result in found["results"]} == {1.0}
    assert {tuple(result["search_snippets"]) for result in found["results"]} == {()}


def test_q_is_needed_and_may_be_empty(ann: httpx.Client) -> None:
    invalid(ann.get(PATH), ["query", "q"])


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (101, 0), (20, -1)])
def test_limits(ann: httpx.Client, limit: int, offset: int) -> None:
    answer = ann.get(PATH, params={"q": "", "limit": limit, "offset": offset})
    invalid(answer, ["query", "limit" if offset == 0 else "offset"])


def test_page_by_page(ann: httpx.Client) -> None:
    whole = ids(ann, "ships")
    parts = [ids(ann, "ships", limit=2, offset=offset) for offset in range(0, 6, 2)]
    assert [each for part in parts for each in part] == whole[:6]


def test_filters(ann: httpx.Client, site: Site) -> None:
    assert ids(ann, "ships", room_id=site.world["rooms"]["den"]) == [site.id("in_den")]
    rooms = find(ann, "ships", source_kind="room")["results"]
    assert {each["room_name"] for each in rooms} == {"den", "Deleted Room"}
    invalid(ann.get(PATH, params={"q": "", "source_kind": "cinema"}), ["query", "source_kind"])


def test_dates_need_a_zone_and_are_inclusive(ann: httpx.Client, site: Site) -> None:
    created = ok(ann.get(site.path("spoken")))["created_at"]
    assert site.id("spoken") in ids(ann, "ships", **{"from": created, "to": created})
    early = "2020-01-01T00:00:00Z"
    assert ids(ann, "ships", to=early) == []
    refused(
        ann.get(PATH, params={"q": "", "from": created, "to": early}), 400, "'from' must be less than or equal to 'to'"
    )
    for naive in ("2026-01-01T00:00:00", "2026-01-01"):
        invalid(ann.get(PATH, params={"q": "", "from": naive}), ["query", "from"])


def test_only_what_may_be_read(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    found = set(ids(ben, "ships"))
    assert {site.id(name) for name in ("bens", "semi", "public", "in_den")} <= found
    assert not {site.id(name) for name in ("spoken", "in_attic", "erased")} & found
    refused(anonymous.get(PATH, params={"q": "ships"}), 401, "Not authenticated")
