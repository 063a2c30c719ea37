"""POST /v1/transcripts/{id}/record/webrtc without a recorder; tests/faults/test_recording.py has one."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator

import pytest
import redis
from django.conf import LazySettings
from rest_framework.test import APIClient

from reflector_site import presence
from transcripts.enums import TranscriptStatus
from transcripts.live import offers
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db

OFFER = {"sdp": "v=0\r\n", "type": "offer"}


@pytest.fixture
def bell(settings: LazySettings) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.BROKER_URL) as client:
        client.delete(presence._KEY + presence.RECORDER, offers._OFFERS)
        yield client
        client.delete(presence._KEY + presence.RECORDER, offers._OFFERS)


def post(client: APIClient, transcript: Transcript, body: object = OFFER) -> tuple[int, object]:
    answer = client.post(f"/v1/transcripts/{transcript.pk}/record/webrtc", body, format="json")
    return answer.status_code, answer.json() if answer.status_code == 200 else answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "where", "message"),
    [
        ({}, ["body", "sdp"], "This field is required."),
        ({"sdp": "", "type": "offer"}, ["body", "sdp"], "This field may not be blank."),
        (
            {"sdp": "x" * 65_537, "type": "offer"},
            ["body", "sdp"],
            "Ensure this field has no more than 65536 characters.",
        ),
        ({"sdp": "x", "type": "answer"}, ["body", "type"], '"answer" is not a valid choice.'),
    ],
    ids=["nothing", "empty", "too long", "an answer"],
)
def test_what_does_not_fit_is_422(
    owners: APIClient, transcript: Transcript, body: object, where: list[str], message: str
) -> None:
    status, detail = post(owners, transcript, body)
    assert isinstance(detail, list)
    assert (status, detail[0]["loc"], detail[0]["msg"]) == (422, where, message)


def test_a_locked_transcript(owners: APIClient, new_transcript: Callable[..., Transcript]) -> None:
    assert post(owners, new_transcript(locked=True)) == (400, "Transcript is locked")


def test_one_that_is_finished(owners: APIClient, new_transcript: Callable[..., Transcript]) -> None:
    status, detail = post(owners, new_transcript(status=TranscriptStatus.ENDED))
    assert (status, detail) == (
        409,
        "The transcript has a recording already. Make a new transcript to record again.",
    )


def test_without_a_recorder(owners: APIClient, transcript: Transcript, bell: redis.Redis) -> None:
    status, detail = post(owners, transcript)
    assert (status, detail) == (
        503,
        "Nobody is here to record: no recorder is running. Start one with `manage.py live`, or upload a file.",
    )
    transcript.refresh_from_db()
    assert transcript.status == TranscriptStatus.IDLE


def test_a_recorder_that_does_not_answer(
    owners: APIClient, transcript: Transcript, bell: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offers, "PATIENCE", 1)
    presence.announce(presence.RECORDER)
    assert post(owners, transcript) == (503, "No recorder had time to answer. Try again.")
    assert bell.llen(offers._OFFERS) == 0


def test_redis_is_away(owners: APIClient, transcript: Transcript, settings: LazySettings) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    assert post(owners, transcript) == (
        503,
        "Redis does not answer, so no recorder can be reached. Try again.",
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"sdp": "v=0\r\nanswer"}, (200, {"sdp": "v=0\r\nanswer", "type": "answer"})),
        ({"refused": "The offer sends no audio.", "status": 400}, (400, "The offer sends no audio.")),
    ],
    ids=["answered", "refused"],
)
def test_what_a_recorder_says_is_the_answer(
    owners: APIClient, transcript: Transcript, bell: redis.Redis, answer: dict[str, object], expected: object
) -> None:
    """The recorder here is a thread that speaks its side of the two lists."""
    heard: list[dict[str, object]] = []

    def recorder() -> None:
        found = bell.blpop([offers._OFFERS], timeout=10)
        assert found is not None
        heard.append(json.loads(found[1]))
        bell.rpush(offers._ANSWER + str(heard[0]["id"]), json.dumps(answer))

    presence.announce(presence.RECORDER)
    thread = threading.Thread(target=recorder)
    thread.start()
    assert post(owners, transcript) == expected
    thread.join()
    assert (heard[0]["transcript_id"], heard[0]["sdp"]) == (str(transcript.pk), OFFER["sdp"])
