"""Every address of the API, asked by those who may not. A new address without a line here fails."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.http import Http404
from rest_framework.test import APIClient

from accounts.models import User
from transcripts.access import changeable, readable
from transcripts.api.urls import urlpatterns
from transcripts.enums import ShareMode
from transcripts.models import Run, Transcript

READ, CHANGE, OPEN, KNOWN = "read", "change", "open", "known"
#: For each address its methods, and what they need: to read the transcript, to change it, or only to be signed in.
#: KNOWN is that too, with the words that clients expect.
ADDRESSES = {
    "transcripts": {"get": OPEN, "post": OPEN},
    "transcripts/import": {"post": OPEN},
    "transcripts/{id}": {"get": READ, "patch": CHANGE, "delete": CHANGE},
    "transcripts/{id}/topics": {"get": READ},
    "transcripts/{id}/topics/with-words": {"get": READ},
    "transcripts/{id}/topics/{any}/words-per-speaker": {"get": READ},
    "transcripts/{id}/captions": {"get": READ},
    "transcripts/{id}/audio/mp3": {"get": READ, "head": READ},
    "transcripts/{id}/audio/waveform": {"get": READ},
    "transcripts/{id}/record/upload": {"get": CHANGE, "post": CHANGE, "delete": CHANGE},
    "transcripts/{id}/process": {"post": CHANGE},
    "transcripts/{id}/cancel": {"post": CHANGE},
    "transcripts/{id}/events": {"get": READ},
    "transcripts/{id}/zulip": {"post": CHANGE},
    "zulip/streams": {"get": KNOWN},
    "zulip/streams/{stream}/topics": {"get": KNOWN},
    "events": {"get": OPEN},
    "events/shared": {"get": OPEN},
    "jobs": {"get": OPEN},
    "jobs/{job}": {"get": OPEN},
    "jobs/{job}/events": {"get": OPEN},
    "jobs/{job}/cancel": {"post": OPEN},
}
CASES = [(address, method, need) for address, methods in ADDRESSES.items() for method, need in methods.items()]


def ask(client: APIClient, method: str, address: str, transcript_id: object) -> tuple[int, dict[str, str]]:
    path = "/v1/" + address.format(id=transcript_id, any=uuid.uuid4(), job=uuid.uuid4(), stream=7)
    answer = getattr(client, method)(path)
    return answer.status_code, answer.json() if answer.content and method != "head" else {}


def test_every_address_has_its_line() -> None:
    names = {
        "<uuid:transcript_id>": "{id}",
        "<uuid:topic_id>": "{any}",
        "<uuid:run_id>": "{job}",
        "<int:stream_id>": "{stream}",
    }
    found = {}
    for pattern in urlpatterns:
        address = str(pattern.pattern)
        for converter, name in names.items():
            address = address.replace(converter, name)
        view = pattern.callback.view_class
        found[address] = {method for method in view.http_method_names if hasattr(view, method)} - {"options"}
    assert found == {address: set(methods) for address, methods in ADDRESSES.items()}


@pytest.mark.parametrize(("address", "method", "need"), CASES)
def test_anonymous(anonymous: APIClient, transcript: Transcript, address: str, method: str, need: str) -> None:
    status, body = ask(anonymous, method, address, transcript.pk)
    assert status == (403 if need == KNOWN else 401)
    words = "Authentication required" if need == KNOWN else "Not authenticated"
    assert method == "head" or body == {"detail": words}


@pytest.mark.parametrize(("address", "method", "need"), [case for case in CASES if case[2] in (READ, CHANGE)])
def test_a_stranger_to_a_private_transcript(
    strangers: APIClient, transcript: Transcript, address: str, method: str, need: str
) -> None:
    status, body = ask(strangers, method, address, transcript.pk)
    assert status == 403
    assert method == "head" or body == {"detail": "Transcript access denied"}
    assert Transcript.objects.filter(pk=transcript.pk).exists()


@pytest.mark.parametrize(("address", "method", "need"), [case for case in CASES if case[2] == CHANGE])
def test_a_reader_may_not_change(
    strangers: APIClient, new_transcript: Callable[..., Transcript], address: str, method: str, need: str
) -> None:
    shared = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    assert ask(strangers, method, address, shared.pk) == (403, {"detail": "Not authorized"})
    assert Transcript.objects.filter(pk=shared.pk).exists()


@pytest.mark.parametrize(("address", "method", "need"), [case for case in CASES if case[2] in (READ, CHANGE)])
def test_what_does_not_exist(owners: APIClient, address: str, method: str, need: str) -> None:
    status, body = ask(owners, method, address, uuid.uuid4())
    assert status == 404
    assert method == "head" or body == {"detail": "Transcript not found"}


def test_the_job_of_another_does_not_exist(strangers: APIClient, transcript: Transcript) -> None:
    run = Run.objects.create(transcript=transcript, plan="file", before={})
    assert strangers.get(f"/v1/jobs/{run.pk}").json() == {"detail": "Job not found"}
    assert strangers.get(f"/v1/jobs/{run.pk}/events").json() == {"detail": "Job not found"}
    assert strangers.post(f"/v1/jobs/{run.pk}/cancel").status_code == 404
    run.refresh_from_db()
    assert run.cancel_requested_at is None


def test_the_job_of_what_one_may_only_read_cannot_be_cancelled(
    strangers: APIClient, new_transcript: Callable[..., Transcript]
) -> None:
    run = Run.objects.create(transcript=new_transcript(share_mode=ShareMode.SEMI_PRIVATE), plan="file", before={})
    assert strangers.get(f"/v1/jobs/{run.pk}").status_code == 200
    assert strangers.post(f"/v1/jobs/{run.pk}/cancel").json() == {"detail": "Not authorized"}


def test_a_superuser_may_read_and_change(transcript: Transcript) -> None:
    admin = User.objects.create_superuser("admin@example.org", "x")
    assert readable(admin, transcript.pk) == changeable(admin, transcript.pk) == transcript
    with pytest.raises(Http404):
        readable(admin, uuid.uuid4())
