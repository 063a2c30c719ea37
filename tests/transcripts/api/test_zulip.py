"""Zulip over the API, against a server that speaks its protocol."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from rest_framework.test import APIClient

from reflector_site.events.models import Event
from tests.peers.server import Reply
from tests.peers.zulip import ZulipPeer, refuse
from transcripts.models import Transcript
from transcripts.zulip import client


def post(asking: APIClient, transcript: Transcript, **query: Any) -> HttpResponse:
    asked = {"stream": "meetings", "topic": "Weekly", "include_topics": "false", **query}
    address = f"/v1/transcripts/{transcript.pk}/zulip?" + "&".join(f"{name}={value}" for name, value in asked.items())
    answer: HttpResponse = asking.post(address)
    return answer


def test_streams_and_topics(strangers: APIClient, owners: APIClient, transcript: Transcript, zulip: ZulipPeer) -> None:
    assert strangers.get("/v1/zulip/streams").json() == [
        {"stream_id": 3, "name": "general"},
        {"stream_id": 7, "name": "meetings"},
    ]
    assert strangers.get("/v1/zulip/streams/7/topics").json() == []
    post(owners, transcript)
    assert strangers.get("/v1/zulip/streams/7/topics").json() == [{"name": "Weekly"}]
    unknown = strangers.get("/v1/zulip/streams/8/topics")
    assert (unknown.status_code, unknown.json()["detail"]) == (
        404,
        "Zulip has no such stream, or its bot may not see it.",
    )


def test_a_message_is_sent_once_and_then_written_anew(
    owners: APIClient, transcript: Transcript, zulip: ZulipPeer
) -> None:
    answer = post(owners, transcript)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"null", "application/json")
    (number,) = zulip.messages
    assert (zulip.messages[number].stream, zulip.messages[number].topic) == ("meetings", "Weekly")
    assert "# Reflector – Weekly" in zulip.messages[number].content
    Transcript.objects.update(title="Money")
    post(owners, transcript, topic="Later")
    assert list(zulip.messages) == [number]
    message = zulip.messages[number]
    assert (message.topic, message.edits, "# Reflector – Money" in message.content) == ("Later", 1, True)
    transcript.refresh_from_db()
    assert transcript.zulip_message_id == number
    told = Event.objects.filter(stream=transcript.stream_key).values_list("data", flat=True)
    assert list(told) == [{"fields": ["zulip_message_id"], "by": "Olivia"}]


def test_a_message_that_is_gone_is_sent_anew(owners: APIClient, transcript: Transcript, zulip: ZulipPeer) -> None:
    Transcript.objects.update(zulip_message_id=5)
    assert post(owners, transcript).status_code == 200
    transcript.refresh_from_db()
    assert [transcript.zulip_message_id] == list(zulip.messages)


@pytest.mark.parametrize("missing", ["stream", "topic", "include_topics"])
def test_all_three_are_needed(owners: APIClient, transcript: Transcript, zulip: ZulipPeer, missing: str) -> None:
    query = {"stream": "meetings", "topic": "Weekly", "include_topics": "true"}
    del query[missing]
    answer = owners.post(f"/v1/transcripts/{transcript.pk}/zulip?" + "&".join(f"{k}={v}" for k, v in query.items()))
    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [["query", missing]]
    assert zulip.requests == []


@pytest.mark.parametrize(
    ("reply", "status", "words"),
    [
        (refuse("Channel 'meetings' does not exist", code="STREAM_DOES_NOT_EXIST"), 400, "does not exist"),
        (refuse("Invalid API key", code="UNAUTHORIZED", status=401), 502, "does not know our bot"),
        (refuse("API usage exceeded rate limit", code="RATE_LIMIT_HIT", status=429), 502, "wait a little"),
        (refuse("Topic can't be empty!"), 502, "Topic can't be empty!"),
        (Reply(500, b"<h1>Internal server error</h1>"), 502, "no Zulip (HTTP 500)"),
        (Reply(200, b"[]"), 502, "no Zulip (HTTP 200)"),
        (Reply.of({"result": "success"}), 502, "did not do it"),
    ],
)
def test_what_zulip_refuses_is_a_sentence(
    owners: APIClient,
    transcript: Transcript,
    zulip: ZulipPeer,
    reply: Reply,
    status: int,
    words: str,
) -> None:
    zulip.fail = [reply]
    answer = post(owners, transcript)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    transcript.refresh_from_db()
    assert transcript.zulip_message_id is None


def test_a_zulip_that_is_away_or_silent(
    owners: APIClient,
    transcript: Transcript,
    zulip: ZulipPeer,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.ZULIP_REALM = "http://127.0.0.1:1"
    assert (post(owners, transcript).status_code, owners.get("/v1/zulip/streams").status_code) == (502, 502)
    settings.ZULIP_REALM = zulip.url
    monkeypatch.setattr(client, "TIMEOUT", 0.2)
    zulip.fail = [Reply(flow=_never)]
    answer = owners.get("/v1/zulip/streams")
    assert (answer.status_code, answer.json()["detail"]) == (502, "Zulip does not answer. Try again later.")


def _never() -> Iterator[bytes]:
    time.sleep(1)
    yield b"{}"


def test_without_a_zulip(owners: APIClient, transcript: Transcript) -> None:
    for answer in (
        post(owners, transcript),
        owners.get("/v1/zulip/streams"),
        owners.get("/v1/zulip/streams/1/topics"),
    ):
        assert answer.status_code == 409
        assert "ZULIP_REALM" in answer.json()["detail"]


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_is_one_message(owners: APIClient, transcript: Transcript, zulip: ZulipPeer) -> None:
    other = connection.copy()
    with other.cursor() as cursor:  # somebody else is at it
        cursor.execute("SELECT pg_advisory_lock(hashtext('zulip'), hashtext(%s))", [str(transcript.pk)])
        answer = post(owners, transcript)
        assert (answer.status_code, answer.json()["detail"]) == (409, "It is being sent to Zulip just now.")
    other.close()
    assert post(owners, transcript).status_code == 200
    assert len(zulip.messages) == 1
