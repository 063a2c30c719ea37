"""Zulip: streams, topics, and the message of a transcript."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Site, invalid, ok, refused

WHERE = {"stream": "meetings", "topic": "Weekly", "include_topics": "true"}


def test_streams_and_topics(ben: httpx.Client, site: Site) -> None:
    streams = ok(ben.get("/v1/zulip/streams"), [{"stream_id": int, "name": str}])
    assert {"stream_id": 7, "name": "meetings"} in streams
    assert ok(ben.get("/v1/zulip/streams/3/topics"), [{"name": str}]) == []
    refused(ben.get("/v1/zulip/streams/99/topics"), 404)


@pytest.mark.parametrize("path", ["/v1/zulip/streams", "/v1/zulip/streams/7/topics"])
def test_strangers(anonymous: httpx.Client, path: str) -> None:
    refused(anonymous.get(path), 403, "Authentication required")


def test_a_message_and_the_same_written_anew(ann: httpx.Client, site: Site, spare: str) -> None:
    before = set(site.zulip.messages)
    assert ok(ann.post(f"{spare}/zulip", params=WHERE)) is None
    (number,) = set(site.zulip.messages) - before
    content = site.zulip.messages[number].content
    assert content.startswith("# Reflector – The API ships in May\n\n**Date**: <time:")
    assert f"/transcripts/{spare.rpartition('/')[2]})\n**Duration**: 00:11\n" in content
    assert "```spoiler Summary\n# Quick recap\n\nThey met." in content
    assert "```spoiler Topics\n1. [00:00] Greetings\n2. [00:05] The API\n```" in content
    ok(ann.patch(spare, json={"title": "Another"}))
    ok(ann.post(f"{spare}/zulip", params={**WHERE, "include_topics": "false"}))
    assert set(site.zulip.messages) - before == {number}
    assert site.zulip.messages[number].content.startswith("# Reflector – Another\n\n")
    assert "Topics" not in site.zulip.messages[number].content
    del site.zulip.messages[number]
    ok(ann.post(f"{spare}/zulip", params=WHERE))
    assert len(set(site.zulip.messages) - before) == 1


def test_what_is_needed(ann: httpx.Client, site: Site) -> None:
    invalid(
        ann.post(site.path("spoken") + "/zulip"), ["query", "stream"], ["query", "topic"], ["query", "include_topics"]
    )


def test_who_may(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    refused(anonymous.post(site.path("public") + "/zulip", params=WHERE), 401, "Not authenticated")
    refused(ben.post(site.path("spoken") + "/zulip", params=WHERE), 403, "Transcript access denied")
    refused(ben.post(site.path("public") + "/zulip", params=WHERE), 403, "Not authorized")
