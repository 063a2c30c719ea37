"""Translations over the API: asked for, followed, read beside what was said, in every format, and deleted."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.enums import AuditAction
from accounts.models import AuditEntry
from tests.peers.gpu_translate import KEY, GpuTranslatePeer
from transcripts.enums import TranscriptStatus
from transcripts.models import Participant, Topic, Transcript, Translation

Drain = Callable[[], None]
FORMATTED = {
    "text": "Ann: en:fr:Good morning everybody.\nSpeaker 1: Hello [perhaps?].",
    "text-timestamped": "[00:00] Ann: en:fr:Good morning everybody.\n[00:03] Speaker 1: Hello [perhaps?].",
    "webvtt-named": (
        "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\n<v Ann>en:fr:Good morning everybody.\n\n"
        "00:00:03.000 --> 00:00:05.000\n<v Speaker 1>Hello [perhaps?]."
    ),
}


@pytest.fixture
def peer(settings: LazySettings) -> Iterator[GpuTranslatePeer]:
    with GpuTranslatePeer() as peer:
        options: dict[str, Any] = copy.deepcopy(settings.ENGINE_OPTIONS)
        options["translation"]["gpu"] |= {"url": peer.url, "key": KEY}
        settings.ENGINE_OPTIONS, settings.TRANSLATION_ENGINE = options, "auto"
        yield peer


@pytest.fixture
def spoken(
    new_transcript: Callable[..., Transcript], say: Callable[..., Topic], named: Callable[..., Participant]
) -> Transcript:
    transcript = new_transcript(status=TranscriptStatus.ENDED)
    say(transcript, (0, "Good morning everybody."), (1, "Hello perhaps."), suspect=("perhaps.",))
    named(transcript, 0, "Ann")
    return transcript


def half(transcript: Transcript) -> None:
    """Its first utterance is there in French."""
    first = transcript.utterances.all()[0]
    Translation.objects.create(utterance=first, language="fr", text=f"en:fr:{first.text}", source=first.text)


def ask(client: APIClient, transcript: Transcript, language: object) -> Any:
    return client.post(f"/v1/transcripts/{transcript.pk}/translate", {"target_language": language}, format="json")


def test_from_asking_to_reading(drain: Drain, owners: APIClient, spoken: Transcript, peer: GpuTranslatePeer) -> None:
    assert ask(owners, spoken, "fr").json() == {"status": "ok"}
    assert ask(owners, spoken, "fr-CA").json() == {"status": "already running"}
    while_it_runs = owners.get(f"/v1/transcripts/{spoken.pk}/translations").json()
    assert (while_it_runs["run"]["state"], while_it_runs["run"]["language"]) == ("active", "fr")
    assert while_it_runs["run"]["stages"][0]["name"] == "Translating"
    assert while_it_runs["languages"] == []
    assert owners.get("/v1/jobs?state=active").json()["items"][0]["language"] == "fr"
    found = owners.get(f"/v1/transcripts/{spoken.pk}").json()
    assert (found["status"], found["run"]) == ("ended", None)
    drain()
    assert ask(owners, spoken, "fr").json() == {"status": "nothing to do"}
    after = owners.get(f"/v1/transcripts/{spoken.pk}/translations").json()
    assert after["languages"] == [
        {"language": "fr", "name": "French", "complete": True, "total": 2, "translated": 2, "stale": 0, "missing": 0}
    ]
    assert (after["spoken"], after["unavailable"], after["run"]["state"]) == ("en", "", "ended")


def test_utterances_beside_their_translations(owners: APIClient, spoken: Transcript) -> None:
    half(spoken)
    spoken.utterances.filter(position=0).update(text="Good evening everybody.")
    rows = owners.get(f"/v1/transcripts/{spoken.pk}/translations/fr").json()
    first, second = spoken.utterances.all()
    assert rows == [
        {
            "id": first.pk,
            "position": 0,
            "start": 0.0,
            "end": 3.0,
            "speaker": 0,
            "speaker_name": "Ann",
            "text": "Good evening everybody.",
            "translation": "en:fr:Good morning everybody.",
            "stale": True,
        },
        {
            "id": second.pk,
            "position": 1,
            "start": 3.0,
            "end": 5.0,
            "speaker": 1,
            "speaker_name": "Speaker 1",
            "text": "Hello perhaps.",
            "translation": None,
            "stale": False,
        },
    ]
    (language,) = owners.get(f"/v1/transcripts/{spoken.pk}/translations").json()["languages"]
    assert language["complete"] is False
    assert (language["translated"], language["stale"], language["missing"]) == (0, 1, 1)


@pytest.mark.parametrize("format", list(FORMATTED))
def test_the_formats_in_another_language(owners: APIClient, spoken: Transcript, format: str) -> None:
    half(spoken)
    found = owners.get(f"/v1/transcripts/{spoken.pk}", {"transcript_format": format, "language": "fr"}).json()
    said = FORMATTED[format].replace("[perhaps?].", "[perhaps.?]")
    assert found["transcript"] == said


def test_json_marks_what_was_not_translated(owners: APIClient, spoken: Transcript) -> None:
    half(spoken)
    address = f"/v1/transcripts/{spoken.pk}?transcript_format=json"
    found = owners.get(f"{address}&language=fr").json()["transcript"]
    assert [(row["text"], row["translated"], row["stale"]) for row in found] == [
        ("en:fr:Good morning everybody.", True, False),
        ("Hello [perhaps.?]", False, False),
    ]
    assert "translated" not in owners.get(address).json()["transcript"][0]
    assert owners.get(f"{address}&language=en").json() == owners.get(address).json()


@pytest.mark.parametrize("address", ["?language=de", "/translations/de", "/translations/nonsense"])
def test_a_language_that_is_not_there_is_not_found(owners: APIClient, spoken: Transcript, address: str) -> None:
    half(spoken)
    answer = owners.get(f"/v1/transcripts/{spoken.pk}{address}")
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("language", ["xx", "", None, "auto", 7, ["fr"]])
def test_what_is_no_language_does_not_fit(owners: APIClient, spoken: Transcript, language: object) -> None:
    assert ask(owners, spoken, language).status_code == 422
    assert owners.get(f"/v1/transcripts/{spoken.pk}?language=xx").status_code == 422


def test_the_language_that_was_spoken_is_refused(owners: APIClient, spoken: Transcript, peer: GpuTranslatePeer) -> None:
    answer = ask(owners, spoken, "en")
    assert answer.status_code == 400
    assert answer.json() == {"detail": "It is in English already, which is what was spoken."}


def test_without_an_engine_the_answer_says_what_to_set(owners: APIClient, spoken: Transcript) -> None:
    answer = ask(owners, spoken, "fr")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("No translation engine is configured: set TRANSLATE_URL")
    assert answer.json()["detail"] == owners.get(f"/v1/transcripts/{spoken.pk}/translations").json()["unavailable"]


def test_who_had_it_translated_is_in_the_audit_log(
    drain: Drain, owners: APIClient, spoken: Transcript, peer: GpuTranslatePeer
) -> None:
    for _ in range(2):
        ask(owners, spoken, "fr")
        drain()
    (entry,) = AuditEntry.objects.filter(action=AuditAction.PROCESSED)
    assert (entry.who, entry.details) == ("owner@example.org", {"what": "api-translate", "language": "fr"})


def test_one_language_is_deleted(owners: APIClient, spoken: Transcript) -> None:
    half(spoken)
    address = f"/v1/transcripts/{spoken.pk}/translations/fr"
    assert owners.delete(address).json() == {"status": "ok"}
    assert owners.delete(address).status_code == 404
    assert not Translation.objects.exists()


def test_a_cancel_over_the_api(owners: APIClient, spoken: Transcript, peer: GpuTranslatePeer) -> None:
    ask(owners, spoken, "fr")
    assert owners.post(f"/v1/transcripts/{spoken.pk}/cancel").json() == {"status": "ok"}
    run = owners.get(f"/v1/transcripts/{spoken.pk}/translations").json()["run"]
    assert run["state"] == "cancelled"
    assert owners.get(f"/v1/transcripts/{spoken.pk}").json()["status"] == "ended"


@pytest.mark.parametrize("count", [1, 30])
def test_reading_costs_the_same_however_long_it_is(
    owners: APIClient,
    transcript: Transcript,
    say: Callable[..., Topic],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    say(transcript, *[(n % 3, f"Sentence {n}.") for n in range(count)])
    half(transcript)
    with django_assert_num_queries(5):
        owners.get(f"/v1/transcripts/{transcript.pk}/translations")
    with django_assert_num_queries(5):
        owners.get(f"/v1/transcripts/{transcript.pk}/translations/fr")
    with django_assert_num_queries(6):
        owners.get(f"/v1/transcripts/{transcript.pk}?language=fr")
