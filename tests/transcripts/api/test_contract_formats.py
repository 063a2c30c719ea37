"""What clients of the replaced system rely on when they read a transcript: exact strings, shapes and codes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from rest_framework.test import APIClient

from transcripts.domain.export import render_json
from transcripts.domain.minutes import clock
from transcripts.domain.results import replace_words
from transcripts.engines.base import Word
from transcripts.enums import ShareMode
from transcripts.models import Participant, Topic, Transcript

Say = Callable[..., Topic]
Named = Callable[..., Participant]


def transcript_of(client: APIClient, transcript: Transcript, **query: str) -> Any:
    answer = client.get(f"/v1/transcripts/{transcript.pk}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize(
    ("seconds", "expected"), [(0, "00:00"), (59.9, "00:59"), (125.7, "02:05"), (3661, "61:01"), (36_000, "600:00")]
)
def test_minutes_go_on_beyond_an_hour(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


@pytest.fixture
def talk(transcript: Transcript, say: Say, named: Named) -> Transcript:
    """Two topics of two people, of whom one has a name, with an empty topic between."""
    say(transcript, (0, "Hello there."), (1, "General Kenobi!"), title="Greetings")
    say(transcript, title="Silence")
    say(transcript, (0, "Good bye."), title="Farewell")
    named(transcript, 0, "Ann")
    return transcript


def test_the_default_is_text(owners: APIClient, talk: Transcript) -> None:
    assert transcript_of(owners, talk) == transcript_of(owners, talk, transcript_format="text")
    assert transcript_of(owners, talk)["transcript_format"] == "text"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", "Ann: Hello there.\nSpeaker 1: General Kenobi!\nAnn: Good bye."),
        ("text-timestamped", "[00:00] Ann: Hello there.\n[00:02] Speaker 1: General Kenobi!\n[00:04] Ann: Good bye."),
        (
            "webvtt-named",
            (
                "WEBVTT\n\n"
                "00:00:00.000 --> 00:00:02.000\n<v Ann>Hello there.\n\n"
                "00:00:02.000 --> 00:00:04.000\n<v Speaker 1>General Kenobi!\n\n"
                "00:00:04.000 --> 00:00:06.000\n<v Ann>Good bye."
            ),
        ),
        (
            "json",
            [
                {"speaker": 0, "speaker_name": "Ann", "text": "Hello there.", "start": 0.0, "end": 2.0},
                {"speaker": 1, "speaker_name": "Speaker 1", "text": "General Kenobi!", "start": 2.0, "end": 4.0},
                {"speaker": 0, "speaker_name": "Ann", "text": "Good bye.", "start": 4.0, "end": 6.0},
            ],
        ),
    ],
)
def test_each_format_to_the_letter(owners: APIClient, talk: Transcript, name: str, expected: object) -> None:
    assert transcript_of(owners, talk, transcript_format=name)["transcript"] == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("text", ""), ("text-timestamped", ""), ("webvtt-named", "WEBVTT"), ("json", [])]
)
def test_without_words(owners: APIClient, transcript: Transcript, name: str, expected: object) -> None:
    assert transcript_of(owners, transcript, transcript_format=name)["transcript"] == expected


def test_an_unknown_format_is_422(owners: APIClient, talk: Transcript) -> None:
    answer = owners.get(f"/v1/transcripts/{talk.pk}", {"transcript_format": "csv"})
    assert answer.status_code == 422
    assert set(answer.json()["detail"][0]) == {"loc", "msg", "type"}


def test_action_items_are_in_the_answer(owners: APIClient, talk: Transcript) -> None:
    assert transcript_of(owners, talk)["action_items"] is None
    decision = {"decision": "Go", "rationale": None, "decided_by": "Ann", "decided_by_participant_id": None}
    step = {
        "task": "Write",
        "assigned_to": "Bob",
        "assigned_to_participant_id": None,
        "deadline": "Friday",
        "context": None,
    }
    Transcript.objects.filter(pk=talk.pk).update(action_items={"decisions": [decision], "next_steps": [step]})
    found = transcript_of(owners, talk)["action_items"]
    assert decision.items() <= found["decisions"][0].items()
    assert step.items() <= found["next_steps"][0].items()


def test_codes(
    owners: APIClient, strangers: APIClient, anonymous: APIClient, talk: Transcript, new_transcript: Callable[..., Any]
) -> None:
    address = f"/v1/transcripts/{talk.pk}"
    assert owners.get(f"/v1/transcripts/{uuid.uuid4()}").json() == {"detail": "Transcript not found"}
    assert owners.get("/v1/transcripts/not-an-id").status_code == 404
    refused = strangers.get(address)
    assert (refused.status_code, refused.json()) == (403, {"detail": "Transcript access denied"})
    Transcript.objects.filter(pk=talk.pk).update(share_mode=ShareMode.SEMI_PRIVATE)
    assert strangers.get(address).status_code == 200


# --- topics


def test_topics_to_the_letter(owners: APIClient, talk: Transcript) -> None:
    first, silent, last = talk.topics.all()
    assert owners.get(f"/v1/transcripts/{talk.pk}/topics").json() == [
        {
            "id": str(first.pk),
            "title": "Greetings",
            "summary": "About greetings.",
            "timestamp": 0.0,
            "duration": 4.0,
            "transcript": "Hello there. General Kenobi!",
            "segments": [
                {"text": "Hello there.", "start": 0.0, "speaker": 0},
                {"text": "General Kenobi!", "start": 2.0, "speaker": 1},
            ],
        },
        {
            "id": str(silent.pk),
            "title": "Silence",
            "summary": "About silence.",
            "timestamp": 4.0,
            "duration": None,
            "transcript": "",
            "segments": [{"text": "", "start": 4.0, "speaker": 0}],
        },
        {
            "id": str(last.pk),
            "title": "Farewell",
            "summary": "About farewell.",
            "timestamp": 4.0,
            "duration": 2.0,
            "transcript": "Good bye.",
            "segments": [{"text": "Good bye.", "start": 4.0, "speaker": 0}],
        },
    ]


def test_words_of_topics(owners: APIClient, talk: Transcript) -> None:
    with_words = owners.get(f"/v1/transcripts/{talk.pk}/topics/with-words").json()
    plain = owners.get(f"/v1/transcripts/{talk.pk}/topics").json()
    assert [{key: value for key, value in topic.items() if key != "words"} for topic in with_words] == plain
    assert [len(topic["words"]) for topic in with_words] == [4, 0, 2]
    word = with_words[0]["words"][2]
    assert {"text": " General", "start": 2.0, "end": 3.0, "speaker": 1}.items() <= word.items()
    assert "".join(word["text"] for word in with_words[0]["words"]).strip() == with_words[0]["transcript"]


def test_words_per_speaker(owners: APIClient, talk: Transcript) -> None:
    topic = talk.topics.get(title="Greetings")
    found = owners.get(f"/v1/transcripts/{talk.pk}/topics/{topic.pk}/words-per-speaker").json()
    assert [turn["speaker"] for turn in found["words_per_speaker"]] == [0, 1]
    assert set(found["words_per_speaker"][0]["words"][0]) >= {"text", "start", "end", "speaker"}
    silent = talk.topics.get(title="Silence")
    assert (
        owners.get(f"/v1/transcripts/{talk.pk}/topics/{silent.pk}/words-per-speaker").json()["words_per_speaker"] == []
    )
    unknown = owners.get(f"/v1/transcripts/{talk.pk}/topics/{uuid.uuid4()}/words-per-speaker")
    assert (unknown.status_code, unknown.json()) == (404, {"detail": "Topic not found"})


# --- who talks at the same time

INTERLEAVED = [
    Word(text, start, start + 0.4, speaker=speaker)
    for start, speaker, text in [
        (0.0, 0, " Hello"),
        (0.1, 1, " Good"),
        (0.5, 0, " there."),
        (0.6, 1, " morning."),
    ]
]


def lines_of(transcript: Transcript, words: Sequence[Word], *, tracks: bool) -> list[tuple[int, str]]:
    replace_words(transcript, words, language="en", tracks=tracks)
    return [(segment["speaker"], segment["text"]) for segment in render_json(transcript)]


def test_voices_on_tracks_of_their_own_keep_their_sentences_whole(transcript: Transcript) -> None:
    assert lines_of(transcript, INTERLEAVED, tracks=True) == [(0, "Hello there."), (1, "Good morning.")]


def test_voices_on_one_track_are_cut_where_the_speaker_changes(transcript: Transcript) -> None:
    assert lines_of(transcript, INTERLEAVED, tracks=False) == [
        (0, "Hello"),
        (1, "Good"),
        (0, "there."),
        (1, "morning."),
    ]


def test_words_in_any_order_are_taken_in_that_of_their_time(transcript: Transcript) -> None:
    assert lines_of(transcript, INTERLEAVED[::-1], tracks=True) == [(0, "Hello there."), (1, "Good morning.")]
