"""Who took part."""

from __future__ import annotations

from typing import Any

import httpx

from .conftest import Site, invalid, ok, operation, refused
from .shapes import Id, Maybe

PERSON = {"id": Id, "speaker": Maybe(int), "name": str}
NOBODY = "00000000-0000-4000-8000-000000000000"


def people(client: httpx.Client, path: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in ok(client.get(f"{path}/participants"), [PERSON])}


def test_operation_ids(schema: dict[str, Any]) -> None:
    all_, one = (
        "/v1/transcripts/{transcript_id}/participants",
        "/v1/transcripts/{transcript_id}/participants/{participant_id}",
    )
    assert [operation(schema, method, all_) for method in ("get", "post")] == [
        "v1_transcript_get_participants",
        "v1_transcript_add_participant",
    ]
    assert [operation(schema, method, one) for method in ("get", "patch", "delete")] == [
        "v1_transcript_get_participant",
        "v1_transcript_update_participant",
        "v1_transcript_delete_participant",
    ]


def test_all_and_one(ann: httpx.Client, spare: str) -> None:
    found = people(ann, spare)
    assert {name: one["speaker"] for name, one in found.items()} == {"Ann": 0, "Cid": None}
    assert ok(ann.get(f"{spare}/participants/{found['Ann']['id']}"), PERSON) == found["Ann"]
    refused(ann.get(f"{spare}/participants/{NOBODY}"), 404, "Participant not found")


def test_added_changed_and_removed(ann: httpx.Client, spare: str) -> None:
    dora = ok(ann.post(f"{spare}/participants", json={"name": "Dora Maria", "speaker": 1}), PERSON)
    assert (dora["name"], dora["speaker"]) == ("Dora Maria", 1)
    path = f"{spare}/participants/{dora['id']}"
    assert ok(ann.patch(path, json={"name": "Dora"}), PERSON) == {**dora, "name": "Dora"}
    assert ok(ann.patch(path, json={"speaker": 2}), PERSON) == {**dora, "name": "Dora", "speaker": 2}
    assert "Dora: Agreed." in ok(ann.get(spare))["transcript"]
    assert ok(ann.delete(path)) == {"status": "ok"}
    refused(ann.get(path), 404, "Participant not found")
    assert ok(ann.delete(path)) == {"status": "ok"}  # also when it is not there
    assert "Speaker 2: Agreed." in ok(ann.get(spare))["transcript"]


def test_a_voice_belongs_to_one(ann: httpx.Client, spare: str) -> None:
    refused(ann.post(f"{spare}/participants", json={"name": "Dora", "speaker": 0}), 400, "Speaker already assigned")
    cid = people(ann, spare)["Cid"]
    answer = ann.patch(f"{spare}/participants/{cid['id']}", json={"speaker": 0})
    refused(answer, 400, "Speaker already assigned")
    ok(ann.delete(f"{spare}/participants/{people(ann, spare)['Ann']['id']}"))
    assert ok(ann.patch(f"{spare}/participants/{cid['id']}", json={"speaker": 0}))["speaker"] == 0


def test_a_name_can_be_changed_while_others_have_no_voice(ann: httpx.Client, spare: str) -> None:
    dora = ok(ann.post(f"{spare}/participants", json={"name": "Dora"}))
    assert ok(ann.patch(f"{spare}/participants/{dora['id']}", json={"name": "Dorothea"}))["name"] == "Dorothea"


def test_what_does_not_fit(ann: httpx.Client, spare: str) -> None:
    invalid(ann.post(f"{spare}/participants", json={"speaker": -1}), ["body", "name"], ["body", "speaker"])
    refused(ann.patch(f"{spare}/participants/{NOBODY}", json={"name": "x"}), 404, "Participant not found")


def test_who_may(ben: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    body = {"name": "Dora"}
    for name in ("semi", "public"):
        ok(ben.get(site.path(name) + "/participants"), [PERSON])
        refused(ben.post(site.path(name) + "/participants", json=body), 403, "Not authorized")
    refused(ben.get(site.path("spoken") + "/participants"), 403, "Transcript access denied")
    refused(anonymous.post(site.path("public") + "/participants", json=body), 401, "Not authenticated")
