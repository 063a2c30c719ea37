"""GET /v1/transcripts/{id}/topics, with words, and with words per speaker."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from transcripts.models import Topic, Transcript

Say = Callable[..., Topic]


def test_topics_in_order(owners: APIClient, transcript: Transcript, say: Say) -> None:
    first = say(transcript, (0, "Hello there."), (1, "Hi Thanks"), suspect=("Thanks",))
    second = say(transcript, (0, "Bye."), title="Farewell")
    assert owners.get(f"/v1/transcripts/{transcript.pk}/topics").json() == [
        {
            "id": str(first.pk),
            "title": "Greetings",
            "summary": "About greetings.",
            "timestamp": 0.0,
            "duration": 4.0,
            "transcript": "Hello there. Hi [Thanks?]",
            "segments": [
                {"text": "Hello there.", "start": 0.0, "speaker": 0},
                {"text": "Hi [Thanks?]", "start": 2.0, "speaker": 1},
            ],
        },
        {
            "id": str(second.pk),
            "title": "Farewell",
            "summary": "About farewell.",
            "timestamp": 4.0,
            "duration": 1.0,
            "transcript": "Bye.",
            "segments": [{"text": "Bye.", "start": 4.0, "speaker": 0}],
        },
    ]


def test_a_topic_without_words(owners: APIClient, transcript: Transcript, say: Say) -> None:
    say(transcript)
    found = owners.get(f"/v1/transcripts/{transcript.pk}/topics").json()[0]
    assert (found["transcript"], found["duration"]) == ("", None)
    assert found["segments"] == [{"text": "", "start": 0.0, "speaker": 0}]


def test_no_topics(owners: APIClient, transcript: Transcript) -> None:
    assert owners.get(f"/v1/transcripts/{transcript.pk}/topics").json() == []


def test_topics_with_words(owners: APIClient, transcript: Transcript, say: Say) -> None:
    say(transcript, (0, "Hello there."), (1, "Thanks"), suspect=("Thanks",))
    found = owners.get(f"/v1/transcripts/{transcript.pk}/topics/with-words").json()[0]
    assert list(found) == ["id", "title", "summary", "timestamp", "duration", "transcript", "segments", "words"]
    assert found["words"] == [
        {"text": " Hello", "start": 0.0, "end": 1.0, "speaker": 0, "suspect": ""},
        {"text": " there.", "start": 1.0, "end": 2.0, "speaker": 0, "suspect": ""},
        {"text": " Thanks", "start": 2.0, "end": 3.0, "speaker": 1, "suspect": "silence"},
    ]


def test_words_per_speaker_are_cut_where_the_speaker_changes(
    owners: APIClient, transcript: Transcript, say: Say
) -> None:
    topic = say(transcript, (0, "One."), (0, "Two."), (1, "Three."), (0, "Four."))
    found = owners.get(f"/v1/transcripts/{transcript.pk}/topics/{topic.pk}/words-per-speaker").json()
    assert [(turn["speaker"], [word["text"] for word in turn["words"]]) for turn in found["words_per_speaker"]] == [
        (0, [" One.", " Two."]),
        (1, [" Three."]),
        (0, [" Four."]),
    ]


def test_a_topic_of_another_transcript_is_not_found(
    owners: APIClient, new_transcript: Callable[..., Transcript], say: Say
) -> None:
    topic, other = say(new_transcript(), (0, "One.")), new_transcript()
    for topic_id in (topic.pk, uuid.uuid4()):
        answer = owners.get(f"/v1/transcripts/{other.pk}/topics/{topic_id}/words-per-speaker")
        assert (answer.status_code, answer.json()) == (404, {"detail": "Topic not found"})


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("address", ["topics", "topics/with-words"])
def test_topics_cost_four_queries(
    owners: APIClient, transcript: Transcript, say: Say, address: str, count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for _ in range(count):
        say(transcript, (0, "One."), (1, "Two."))
    with django_assert_num_queries(4):  # transcript, topics, utterances, audit log
        assert len(owners.get(f"/v1/transcripts/{transcript.pk}/{address}").json()) == count
