"""Who said what: spans of time assigned, speakers merged."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import Site, invalid, ok, operation, refused

NOBODY = "00000000-0000-4000-8000-000000000000"


def words(client: httpx.Client, path: str) -> list[tuple[str, int]]:
    topics = ok(client.get(f"{path}/topics/with-words"))
    return [(word["text"].strip(), word["speaker"]) for topic in topics for word in topic["words"]]


def assign(client: httpx.Client, path: str, begin: float, end: float, **to: Any) -> httpx.Response:
    return client.patch(f"{path}/speaker/assign", json={"timestamp_from": begin, "timestamp_to": end, **to})


def merge(client: httpx.Client, path: str, old: int, new: int) -> httpx.Response:
    return client.patch(f"{path}/speaker/merge", json={"speaker_from": old, "speaker_to": new})


def test_operation_ids(schema: dict[str, Any]) -> None:
    base = "/v1/transcripts/{transcript_id}/speaker"
    assert operation(schema, "patch", f"{base}/assign") == "v1_transcript_assign_speaker"
    assert operation(schema, "patch", f"{base}/merge") == "v1_transcript_merge_speaker"


def test_a_span_across_topics(ann: httpx.Client, spare: str) -> None:
    before = words(ann, spare)
    assert ok(assign(ann, spare, 4, 6, speaker=7)) == {"status": "ok"}
    expected = [(word, 7 if 4 <= second <= 6 else speaker) for second, (word, speaker) in enumerate(before)]
    assert words(ann, spare) == expected
    text = ok(ann.get(spare))["transcript"]
    assert text == (
        "Ann: Hello everybody.\nSpeaker 1: Hi there\nSpeaker 7: Ann.\nSpeaker 7: The API\n"
        "Ann: ships in May.\nSpeaker 2: Agreed."
    )


def test_to_a_participant_with_a_voice_and_to_one_without(ann: httpx.Client, spare: str) -> None:
    people = {one["name"]: one["id"] for one in ok(ann.get(f"{spare}/participants"))}
    ok(assign(ann, spare, 2, 4, participant=people["Ann"]))
    assert [speaker for _, speaker in words(ann, spare)][:5] == [0, 0, 0, 0, 0]
    ok(assign(ann, spare, 10, 10, participant=people["Cid"]))
    cid = ok(ann.get(f"{spare}/participants/{people['Cid']}"))["speaker"]
    assert cid == 1  # the smallest that nobody's words have any longer
    assert words(ann, spare)[-1] == ("Agreed.", 1)
    assert ok(ann.get(spare))["transcript"].endswith("Cid: Agreed.")


def test_merged(ann: httpx.Client, spare: str) -> None:
    assert ok(merge(ann, spare, 2, 1)) == {"status": "ok"}
    assert [speaker for _, speaker in words(ann, spare)] == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1]


def test_the_person_goes_with_the_voice(ann: httpx.Client, spare: str) -> None:
    ok(merge(ann, spare, 0, 1))
    people = {one["name"]: one["speaker"] for one in ok(ann.get(f"{spare}/participants"))}
    assert people["Ann"] == 1
    assert "Speaker 0" not in ok(ann.get(spare))["transcript"]


def test_two_people_are_not_merged(ann: httpx.Client, spare: str) -> None:
    ok(ann.post(f"{spare}/participants", json={"name": "Dora", "speaker": 1}))
    refused(merge(ann, spare, 0, 1), 400, "Both speakers are assigned to participants")


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ({}, "Either speaker or participant must be provided"),
        ({"speaker": 1, "participant": NOBODY}, "Only one of speaker or participant must be provided"),
    ],
)
def test_one_of_the_two(ann: httpx.Client, site: Site, to: dict[str, Any], sentence: str) -> None:
    refused(assign(ann, site.path("spoken"), 0, 1, **to), 400, sentence)


def test_what_is_not_there(ann: httpx.Client, site: Site) -> None:
    refused(assign(ann, site.path("spoken"), 0, 1, participant=NOBODY), 404, "Participant not found")
    invalid(
        ann.patch(site.path("spoken") + "/speaker/assign", json={"speaker": -1}),
        ["body", "speaker"],
        ["body", "timestamp_from"],
        ["body", "timestamp_to"],
    )


def test_who_may(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    refused(assign(ben, site.path("public"), 0, 1, speaker=1), 403, "Not authorized")
    refused(merge(ben, site.path("spoken"), 0, 1), 403, "Transcript access denied")
    refused(assign(anonymous, site.path("public"), 0, 1, speaker=1), 401, "Not authenticated")
