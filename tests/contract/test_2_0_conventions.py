"""What holds for every route: who is asking, errors, pages, names of operations."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import Site, invalid, ok, refused
from .shapes import PAGE

#: Operation ids from which existing clients are generated, by method and path.
OPERATIONS = {
    ("get", "/health"): "health",
    ("get", "/metrics"): "metrics",
    ("get", "/v1/me"): "v1_user_me",
    ("get", "/v1/transcripts"): "v1_transcripts_list",
    ("post", "/v1/transcripts"): "v1_transcripts_create",
    ("get", "/v1/transcripts/{transcript_id}"): "v1_transcript_get",
    ("patch", "/v1/transcripts/{transcript_id}"): "v1_transcript_update",
    ("delete", "/v1/transcripts/{transcript_id}"): "v1_transcript_delete",
    ("get", "/v1/transcripts/{transcript_id}/topics"): "v1_transcript_get_topics",
    ("get", "/v1/transcripts/{transcript_id}/topics/with-words"): "v1_transcript_get_topics_with_words",
    (
        "get",
        "/v1/transcripts/{transcript_id}/topics/{topic_id}/words-per-speaker",
    ): "v1_transcript_get_topics_with_words_per_speaker",
    ("post", "/v1/transcripts/{transcript_id}/zulip"): "v1_transcript_post_to_zulip",
    ("get", "/v1/transcripts/{transcript_id}/audio/mp3"): "v1_transcript_get_audio_mp3",
    ("get", "/v1/transcripts/{transcript_id}/audio/waveform"): "v1_transcript_get_audio_waveform",
    ("post", "/v1/transcripts/{transcript_id}/record/upload"): "v1_transcript_record_upload",
    ("post", "/v1/transcripts/{transcript_id}/record/webrtc"): "v1_transcript_record_webrtc",
    ("post", "/v1/transcripts/{transcript_id}/process"): "v1_transcript_process",
    ("get", "/v1/zulip/streams"): "v1_zulip_get_streams",
    ("get", "/v1/zulip/streams/{stream_id}/topics"): "v1_zulip_get_topics",
}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_operation_ids(schema: dict[str, Any], method: str, path: str) -> None:
    assert schema["paths"][path][method]["operationId"] == OPERATIONS[method, path]


def test_the_schema_and_its_page_are_open(anonymous: httpx.Client, schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.")
    page = anonymous.get("/docs")
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")


# --- who is asking


def test_nobody(anonymous: httpx.Client, site: Site) -> None:
    refused(anonymous.post("/v1/transcripts", json={"name": "x"}), 401, "Not authenticated")
    refused(anonymous.get("/v1/transcripts"), 401, "Not authenticated")


def test_a_key_in_either_header(anonymous: httpx.Client, site: Site) -> None:
    key = site.world["keys"]["ann"]
    for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {key}"}):
        assert ok(anonymous.get("/v1/me", headers=headers))["sub"] == site.world["users"]["ann"]


@pytest.mark.parametrize("path", ["/v1/me", "/v1/transcripts"])
def test_a_token_that_is_not_valid_is_refused_also_where_none_is_needed(anonymous: httpx.Client, path: str) -> None:
    answer = anonymous.get(path, headers={"Authorization": "Bearer nonsense.of.mine"})
    refused(answer, 401, "Invalid authentication")


def test_two_identities_are_refused_and_one_by_two_ways_is_not(anonymous: httpx.Client, site: Site) -> None:
    ann, ben = site.world["keys"]["ann"], site.world["keys"]["ben"]
    both = {"X-API-Key": ann, "Authorization": f"Bearer {ben}"}
    refused(anonymous.get("/v1/me", headers=both), 401, "Invalid authentication")
    same = {"X-API-Key": ann, "Authorization": f"Bearer {site.world['keys']['ann_read']}"}
    assert ok(anonymous.get("/v1/me", headers=same))["sub"] == site.world["users"]["ann"]


# --- errors


def test_what_nothing_answers_to(ann: httpx.Client) -> None:
    refused(ann.get("/v1/nothing"), 404)
    refused(ann.get("/v1/transcripts/not-an-id"), 404)


def test_a_method_that_is_not_there(ann: httpx.Client, site: Site) -> None:
    refused(ann.put(site.path("spoken"), json={}), 405)


def test_bodies_that_do_not_fit(ann: httpx.Client) -> None:
    invalid(ann.post("/v1/transcripts", json={"source_kind": "cinema"}), ["body", "name"], ["body", "source_kind"])
    answer = ann.post("/v1/transcripts", content=b"{", headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert list(answer.json()) == ["detail"]


def test_parameters_that_do_not_fit(ann: httpx.Client) -> None:
    invalid(ann.get("/v1/transcripts", params={"page": 0}), ["query", "page"])


# --- pages of other origins


@pytest.mark.parametrize("origin", ["https://app.example.org", "https://other.example.org"])
def test_an_origin_that_is_named_may_ask_with_any_method_and_key(anonymous: httpx.Client, origin: str) -> None:
    wanted = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "x-api-key,content-type"}
    answer = anonymous.options("/v1/transcripts", headers={"Origin": origin, **wanted})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == origin
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "x-api-key" in answer.headers["access-control-allow-headers"].lower()
    assert anonymous.get("/v1/me", headers={"Origin": origin}).headers["access-control-allow-origin"] == origin


def test_other_origins_may_not(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/v1/me", headers={"Origin": "https://evil.example.org"})
    assert "access-control-allow-origin" not in answer.headers


# --- pages


def test_pages(ann: httpx.Client) -> None:
    first = ok(ann.get("/v1/transcripts"), PAGE)
    assert (first["page"], first["size"]) == (1, 50)
    total = first["total"]
    small = ok(ann.get("/v1/transcripts", params={"page": 2, "size": 3}), PAGE)
    assert (small["page"], small["size"], len(small["items"])) == (2, 3, 3)
    assert small["pages"] == -(-small["total"] // 3)
    assert small["total"] >= total > 3
    beyond = ok(ann.get("/v1/transcripts", params={"page": 1000, "size": 100}), PAGE)
    assert (beyond["items"], beyond["total"] >= total) == ([], True)


@pytest.mark.parametrize("size", [0, 101, "many"])
def test_sizes_of_pages_have_limits(ann: httpx.Client, size: object) -> None:
    invalid(ann.get("/v1/transcripts", params={"size": str(size)}), ["query", "size"])
