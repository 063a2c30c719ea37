"""One transcript: reading it in four formats, changing and deleting it, its topics."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .conftest import Site, invalid, ok, refused
from .shapes import ACTION_ITEMS, SPOKEN, TOPIC, WITH_PARTICIPANTS, WORD, Maybe

TEXT = {**WITH_PARTICIPANTS, "transcript_format": str, "transcript": str, "action_items": Maybe(ACTION_ITEMS)}
LISTED = {**TEXT, "transcript": [SPOKEN]}
TIMESTAMPED = (
    "[00:00] Ann: Hello everybody.\n[00:02] Speaker 1: Hi there Ann.\n"
    "[00:05] Ann: The API ships in May.\n[00:10] Speaker 2: Agreed."
)
CUES = (
    "WEBVTT\n\n"
    "00:00:00.000 --> 00:00:02.000\n<v Ann>Hello everybody.\n\n"
    "00:00:02.000 --> 00:00:05.000\n<v Speaker 1>Hi there Ann.\n\n"
    "00:00:05.000 --> 00:00:10.000\n<v Ann>The API ships in May.\n\n"
    "00:00:10.000 --> 00:00:11.000\n<v Speaker 2>Agreed."
)
NOWHERE = "/v1/transcripts/00000000-0000-4000-8000-000000000000"


# --- who may read


def test_what_is_not_there(ann: httpx.Client, anonymous: httpx.Client) -> None:
    for tail in ("", "/topics", "/topics/with-words"):
        refused(ann.get(NOWHERE + tail), 404, "Transcript not found")
    refused(ann.patch(NOWHERE, json={"name": "x"}), 404, "Transcript not found")
    refused(ann.delete(NOWHERE), 404, "Transcript not found")


@pytest.mark.parametrize("tail", ["", "/topics", "/topics/with-words", "/audio/waveform"])
def test_private_is_for_its_owner(ann: httpx.Client, ben: httpx.Client, site: Site, tail: str) -> None:
    assert ann.get(site.path("spoken") + tail).status_code == 200
    refused(ben.get(site.path("spoken") + tail), 403, "Transcript access denied")


@pytest.mark.parametrize("name", ["semi", "public", "in_den"])
def test_what_is_shared_is_for_whoever_is_signed_in(ben: httpx.Client, site: Site, name: str) -> None:
    ok(ben.get(site.path(name)), TEXT)
    ok(ben.get(site.path(name) + "/topics"), [TOPIC])


def test_what_is_public_is_for_everybody_without_addresses(anonymous: httpx.Client, site: Site) -> None:
    found = ok(anonymous.get(site.path("public")), TEXT)
    assert {one["email"] for one in found["participants"]} == {None}
    ok(anonymous.get(site.path("public") + "/topics/with-words"), [TOPIC])
    for name in ("spoken", "semi", "in_den"):
        assert anonymous.get(site.path(name)).status_code in (401, 403)


def test_the_room_that_was_deleted_shares_nothing(ben: httpx.Client, site: Site) -> None:
    refused(ben.get(site.path("in_attic")), 403, "Transcript access denied")


# --- reading


def test_everything_about_it(ann: httpx.Client, site: Site) -> None:
    found = ok(ann.get(site.path("spoken")), TEXT)
    assert found["transcript_format"] == "text"
    assert (found["duration"], found["title"], found["status"]) == (11_000, "The API ships in May", "ended")
    by_name = {one["name"]: one for one in found["participants"]}
    assert (by_name["Ann"]["speaker"], by_name["Ann"]["email"]) == (0, "ann@example.org")
    assert by_name["Ann"]["user_id"] == site.world["users"]["ann"]
    assert (by_name["Cid"]["speaker"], by_name["Cid"]["user_id"], by_name["Cid"]["email"]) == (None, None, None)


def test_action_items_are_there(ann: httpx.Client, site: Site) -> None:
    found = ok(ann.get(site.path("spoken")), TEXT)["action_items"]
    assert [one["decision"] for one in found["decisions"]] == ["Ship in May"]
    assert [(one["task"], one["deadline"]) for one in found["next_steps"]] == [("Write it up", "Friday")]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        (
            "text",
            "Ann: Hello everybody.\nSpeaker 1: Hi there Ann.\nAnn: The API ships in May.\nSpeaker 2: Agreed.",
        ),
        (
            "text-timestamped",
            TIMESTAMPED,
        ),
        (
            "webvtt-named",
            CUES,
        ),
    ],
)
def test_the_formats_as_text(ann: httpx.Client, site: Site, format: str, text: str) -> None:
    found = ok(ann.get(site.path("spoken"), params={"transcript_format": format}), TEXT)
    assert found["transcript_format"] == format
    assert [line.removesuffix("</v>") for line in found["transcript"].strip().split("\n")] == text.split("\n")


def test_the_format_as_a_list(ann: httpx.Client, site: Site) -> None:
    found = ok(ann.get(site.path("spoken"), params={"transcript_format": "json"}), LISTED)
    assert found["transcript"] == [
        {"speaker": 0, "speaker_name": "Ann", "text": "Hello everybody.", "start": 0.0, "end": 2.0},
        {"speaker": 1, "speaker_name": "Speaker 1", "text": "Hi there Ann.", "start": 2.0, "end": 5.0},
        {"speaker": 0, "speaker_name": "Ann", "text": "The API ships in May.", "start": 5.0, "end": 10.0},
        {"speaker": 2, "speaker_name": "Speaker 2", "text": "Agreed.", "start": 10.0, "end": 11.0},
    ]


@pytest.mark.parametrize("name", ["empty", "quiet"])
@pytest.mark.parametrize(
    ("format", "nothing"), [("text", ""), ("text-timestamped", ""), ("webvtt-named", "WEBVTT"), ("json", [])]
)
def test_the_formats_of_nothing(ann: httpx.Client, site: Site, name: str, format: str, nothing: object) -> None:
    found = ok(ann.get(site.path(name), params={"transcript_format": format}))["transcript"]
    assert (found.strip() if isinstance(found, str) else found) == nothing


def test_a_format_that_is_not_there(ann: httpx.Client, site: Site) -> None:
    invalid(ann.get(site.path("spoken"), params={"transcript_format": "runes"}), ["query", "transcript_format"])


# --- topics


def test_topics(ann: httpx.Client, site: Site) -> None:
    first, second = ok(ann.get(site.path("spoken") + "/topics"), [TOPIC])
    assert (first["title"], first["summary"], first["timestamp"], first["duration"]) == (
        "Greetings",
        "About Greetings.",
        0.0,
        5.0,
    )
    assert first["segments"] == [
        {"text": "Hello everybody.", "start": 0.0, "speaker": 0},
        {"text": "Hi there Ann.", "start": 2.0, "speaker": 1},
    ]
    assert first["transcript"].split() == ["Hello", "everybody.", "Hi", "there", "Ann."]
    assert (second["title"], second["timestamp"]) == ("The API", 5.0)


def test_a_topic_without_words(ann: httpx.Client, site: Site) -> None:
    (topic,) = ok(ann.get(site.path("quiet") + "/topics"), [TOPIC])
    assert topic["duration"] is None
    assert [(segment["speaker"], segment["start"]) for segment in topic["segments"]] == [(0, 3.0)]


def test_topics_with_their_words(ann: httpx.Client, site: Site) -> None:
    first, _ = ok(ann.get(site.path("spoken") + "/topics/with-words"), [{**TOPIC, "words": [WORD]}])
    assert [(word["text"], word["start"], word["end"], word["speaker"]) for word in first["words"]] == [
        (" Hello", 0.0, 1.0, 0),
        (" everybody.", 1.0, 2.0, 0),
        (" Hi", 2.0, 3.0, 1),
        (" there", 3.0, 4.0, 1),
        (" Ann.", 4.0, 5.0, 1),
    ]


def test_the_words_of_a_topic_by_speaker(ann: httpx.Client, site: Site) -> None:
    topics = site.path("spoken") + "/topics"
    second = ok(ann.get(topics))[1]["id"]
    shape = {**TOPIC, "words_per_speaker": [{"speaker": int, "words": [WORD]}]}
    found = ok(ann.get(f"{topics}/{second}/words-per-speaker"), shape)["words_per_speaker"]
    assert [(one["speaker"], "".join(word["text"] for word in one["words"])) for one in found] == [
        (0, " The API ships in May."),
        (2, " Agreed."),
    ]
    unknown = f"{topics}/00000000-0000-4000-8000-000000000000/words-per-speaker"
    refused(ann.get(unknown), 404, "Topic not found")


# --- changing


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Renamed"),
        ("locked", True),
        ("title", "Another title"),
        ("short_summary", "Shorter."),
        ("long_summary", "# Longer\n\nThan before."),
        ("share_mode", "semi-private"),
        ("reviewed", True),
    ],
)
def test_each_field_alone(ann: httpx.Client, spare: str, field: str, value: object) -> None:
    before = ok(ann.get(spare))
    after = ok(ann.patch(spare, json={field: value}), WITH_PARTICIPANTS)
    assert after["change_seq"] > before["change_seq"]
    unchanged = {name: before[name] for name in after if name not in (field, "change_seq")}
    assert after.items() >= {**unchanged, field: value}.items()
    assert ok(ann.get(spare))[field] == value


def test_participants_as_a_whole(ann: httpx.Client, spare: str) -> None:
    people = ok(ann.get(spare))["participants"]
    given = [{"id": people[0]["id"], "name": "Anna", "speaker": 2}, {"name": "Dora", "speaker": None}]
    found = ok(ann.patch(spare, json={"participants": given}), WITH_PARTICIPANTS)["participants"]
    assert {(one["name"], one["speaker"]) for one in found} == {("Anna", 2), ("Dora", None)}
    assert {one["id"] for one in found if one["name"] == "Anna"} == {people[0]["id"]}
    twice = [{"name": "A", "speaker": 1}, {"name": "B", "speaker": 1}]
    refused(ann.patch(spare, json={"participants": twice}), 400, "Speaker already assigned")
    assert len(ok(ann.get(spare))["participants"]) == 2


def test_audio_that_is_deleted_is_gone_for_good(ann: httpx.Client, spare: str) -> None:
    assert ok(ann.patch(spare, json={"audio_deleted": True}))["audio_deleted"] is True
    refused(ann.get(f"{spare}/audio/mp3"), 404, "Audio unavailable due to privacy settings")
    refused(ann.get(f"{spare}/audio/waveform"), 404, "Audio not found")
    refused(ann.patch(spare, json={"audio_deleted": False}), 400)


def test_what_nobody_knows_is_ignored_and_what_does_not_fit_is_refused(ann: httpx.Client, spare: str) -> None:
    assert ok(ann.patch(spare, json={"name": "Known", "colour": "blue", "status": "idle"}))["status"] == "ended"
    invalid(
        ann.patch(spare, json={"share_mode": "friends", "locked": "perhaps"}),
        ["body", "share_mode"],
        ["body", "locked"],
    )


def test_who_may_change(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    refused(anonymous.patch(site.path("public"), json={"name": "x"}), 401, "Not authenticated")
    refused(ben.patch(site.path("spoken"), json={"name": "x"}), 403, "Transcript access denied")
    for name in ("semi", "public", "in_den"):
        refused(ben.patch(site.path(name), json={"name": "x"}), 403, "Not authorized")


def test_a_key_that_may_only_read(site: Site, spare: str) -> None:
    with site.client("ann_read") as reader:
        ok(reader.get(spare))
        refused(reader.patch(spare, json={"name": "x"}), 403)
        refused(reader.delete(spare), 403)


# --- deleting


def test_deleted_and_then_not_there(ann: httpx.Client, spare: str) -> None:
    assert ok(ann.delete(spare)) == {"status": "ok"}
    for asking in (ann.get, ann.delete):
        refused(asking(spare), 404, "Transcript not found")


def test_who_may_delete(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    refused(anonymous.delete(site.path("public")), 401, "Not authenticated")
    refused(ben.delete(site.path("spoken")), 403, "Transcript access denied")
    refused(ben.delete(site.path("public")), 403, "Not authorized")


def test_changes_and_deletions_are_heard_of(ann: httpx.Client, spare: str) -> None:
    def events(path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ok(ann.get(path))["events"]
        return found

    ok(ann.patch(spare, json={"title": "Heard of"}))
    assert events(f"{spare}/events")[-2]["data"] == {"title": "Heard of"}
    ok(ann.delete(spare))
    last = events("/v1/events")[-1]
    assert (last["event"], last["data"]) == ("TRANSCRIPT_DELETED", {"id": spare.rpartition("/")[2]})
