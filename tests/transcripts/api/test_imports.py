"""POST /v1/transcripts/import and GET /v1/transcripts/{id}/captions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from accounts.models import User
from tests.conftest import client_of
from transcripts.enums import ShareMode
from transcripts.models import Captions, Topic, Transcript
from transcripts.pipeline import runs

pytestmark = pytest.mark.django_db
URL = "https://Example.org/talks/1.mp3?token=secret"


@pytest.fixture(autouse=True)
def _nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)


def ask(client: APIClient, **body: Any) -> Any:
    return client.post("/v1/transcripts/import", body, format="json")


def test_it_answers_with_the_transcript_and_its_run(owners: APIClient) -> None:
    answer = ask(owners, url=URL, source_language="de", target_language="fr")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["name"], found["status"], found["source_kind"]) == ("example.org/talks/1.mp3", "uploaded", "file")
    assert (found["source_language"], found["target_language"]) == ("de", "fr")
    assert found["source"] == {"url": URL, "title": "", "description": "", "author": "", "published_at": None}
    assert [step["stage"] for step in found["run"]["steps"]][:4] == [
        "Checking the address",
        "Reading its description",
        "Fetching",
        "Reading the file",
    ]
    assert found["run"]["stage"] == "Checking the address"
    assert Transcript.objects.get().runs.get().plan == "link"


def test_a_name_can_be_given(owners: APIClient) -> None:
    assert ask(owners, url=URL, name="Ours").json()["name"] == "Ours"


@pytest.mark.parametrize(
    "body", [{}, {"url": ""}, {"url": "talk"}, {"url": "http://"}, {"url": "https://x" + "y" * 2048}]
)
def test_what_is_no_address(owners: APIClient, body: dict[str, str]) -> None:
    answer = ask(owners, **body)
    if body.get("url") == "talk":
        assert answer.json()["detail"][0]["msg"] == "This is not an address. It begins with https:// or http://."
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "url"]
    assert not Transcript.objects.exists()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.org/a.mp3", "begin with http:// or https://"),
        ("file:///etc/passwd", "begin with http:// or https://"),
        ("http://127.0.0.1/a.mp3", "not on the public internet"),
        ("http://[::1]/a.mp3", "not on the public internet"),
        ("http://169.254.169.254/", "not on the public internet"),
        ("http://2130706433/", "names no host"),
        ("http://user:pass@example.org/", "must not hold a user name"),
        ("http://example.org:25/", "Port 25 cannot be used"),
    ],
)
def test_what_is_refused_at_once(owners: APIClient, url: str, why: str) -> None:
    answer = ask(owners, url=url)
    assert answer.status_code == 400
    assert why in answer.json()["detail"]
    assert not Transcript.objects.exists()


def test_languages_are_checked(owners: APIClient) -> None:
    assert ask(owners, url=URL, source_language="klingon").status_code == 422


def test_only_so_many_at_a_time(owners: APIClient, strangers: APIClient, settings: LazySettings) -> None:
    settings.IMPORTS_PER_PERSON = 2
    first = ask(owners, url=URL).json()["id"]
    ask(owners, url=URL)
    refused = ask(owners, url=URL)
    assert refused.status_code == 429
    assert refused.json()["detail"].startswith("2 links of yours are being fetched or wait for it")
    assert Transcript.objects.count() == 2
    assert ask(strangers, url=URL).status_code == 200

    runs.cancel(Transcript.objects.get(pk=first))
    assert ask(owners, url=URL).status_code == 200
    again = owners.post(f"/v1/transcripts/{first}/process")
    assert (again.status_code, "links of yours" in again.json()["detail"]) == (400, True)


def test_readers_see_no_secrets(owners: APIClient, stranger: User) -> None:
    transcript = Transcript.objects.get(pk=ask(owners, url=URL).json()["id"])
    Transcript.objects.filter(pk=transcript.pk).update(share_mode=ShareMode.SEMI_PRIVATE)
    found = client_of(stranger).get(f"/v1/transcripts/{transcript.pk}").json()
    assert found["source"]["url"] == "https://example.org/talks/1.mp3"
    assert "secret" not in str(found)
    assert owners.get(f"/v1/transcripts/{transcript.pk}").json()["source"]["url"] == URL


def test_a_cancelled_import_can_be_begun_again(owners: APIClient) -> None:
    transcript = ask(owners, url=URL).json()["id"]
    assert owners.post(f"/v1/transcripts/{transcript}/cancel").json() == {"status": "ok"}
    assert owners.get(f"/v1/transcripts/{transcript}").json()["status"] == "idle"
    assert owners.post(f"/v1/transcripts/{transcript}/process").json() == {"status": "ok"}
    assert Transcript.objects.get().runs.first().plan == "link"  # type: ignore[union-attr]


# --- captions


def test_captions(owners: APIClient, transcript: Transcript, say: Callable[..., Topic]) -> None:
    assert owners.get(f"/v1/transcripts/{transcript.pk}/captions").json() == []
    say(transcript, (0, "Hello there"), (1, "Goodbye"))
    cues = [{"start": 0.0, "end": 2.0, "text": "Hello where"}, {"start": 2.0, "end": 3.0, "text": "Goodbye"}]
    Captions.objects.create(transcript=transcript, language="en", kind="manual", name="English", cues=cues)
    (found,) = owners.get(f"/v1/transcripts/{transcript.pk}/captions").json()
    assert found.pop("created_at")
    assert found == {"language": "en", "kind": "manual", "name": "English", "agreement": 0.6667, "cues": cues}


@pytest.mark.parametrize("count", [1, 3])
def test_captions_cost_four_queries(
    owners: APIClient, transcript: Transcript, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        Captions.objects.create(transcript=transcript, kind="automatic", cues=[{"start": 0, "end": 1, "text": "a"}])
    with django_assert_num_queries(4):  # the last is that of the audit log
        owners.get(f"/v1/transcripts/{transcript.pk}/captions")
