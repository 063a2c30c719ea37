"""No address that reads or changes a transcript leaves the audit log without an entry.

Two tests hold every address to it, also those that are yet to come: one asks the middleware about all of them, the
other really calls those in CALLS.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.audit.doors import AuditDoors
from accounts.domain import create_api_key
from accounts.enums import AuditAction
from accounts.models import AuditEntry, User
from tests.media import wav
from transcripts.models import Run, Transcript

METHODS = ("get", "post", "put", "patch", "delete")

#: Addresses of transcripts' API that name no transcript, and why they leave no entry, or which verb leaves it.
NAMELESS = {
    "transcripts": "lists; create_transcript notes what is made",
    "transcripts/search": "finds in many",
    "transcripts/import": "create_transcript notes it",
    "events": "the lists of the person",
    "events/shared": "the list of what is shared",
    "zulip/streams": "tells of Zulip",
    "zulip/streams/<int:stream_id>/topics": "tells of Zulip",
    "jobs": "lists",
    "jobs/<uuid:run_id>": "how far work is, without content",
    "jobs/<uuid:run_id>/events": "how far work is, without content",
    "jobs/<uuid:run_id>/cancel": "the view notes it",
}

#: Addresses that leave no entry although they name a transcript, and why.
SILENT = {("transcripts/<uuid:transcript_id>/delete", "get"): "the question before it"}
#: What is read by POST.
READING = {("v1/transcripts/<uuid:transcript_id>/audio/link", "post"): "an address to listen at"}


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site but the admin's, with its pattern."""
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from () if route.startswith("admin/") else addresses(each, route)
        else:
            yield route, each


def path_of(route: str, transcript_id: uuid.UUID) -> str:
    path = route.replace("<uuid:transcript_id>", str(transcript_id))
    while "<" in path:
        before, _, rest = path.partition("<")
        converter, _, after = rest.partition(">")
        value = {"uuid": str(uuid.UUID(int=7)), "int": "1"}.get(converter.partition(":")[0], "srt")
        path = before + value + after
    return f"/{path}"


def methods_of(pattern: URLPattern) -> list[str]:
    view = getattr(pattern.callback, "view_class", None)
    return [method for method in METHODS if view is None or hasattr(view, method)]


NAMING = sorted(
    (route, method)
    for route, pattern in addresses()
    if "<uuid:transcript_id>" in route
    for method in methods_of(pattern)
)


def test_every_address_of_the_api_names_its_transcript_or_says_why_not() -> None:
    from transcripts.api.urls import urlpatterns  # noqa: PLC0415 -- beside what it is compared with

    nameless = {str(each.pattern) for each in urlpatterns if "<uuid:transcript_id>" not in str(each.pattern)}
    assert nameless == set(NAMELESS)


@pytest.mark.parametrize(("route", "method"), NAMING)
def test_what_succeeds_leaves_one_entry(owner: User, route: str, method: str) -> None:
    """Whatever the view does: here it only answers 200."""
    transcript_id = uuid.UUID(int=1)
    request = getattr(RequestFactory(), method)(path_of(route, transcript_id))
    request.user, request.resolver_match = owner, resolve(request.path)
    AuditDoors(lambda _: HttpResponse())(request)
    declared = getattr(getattr(request.resolver_match.func, "view_class", request.resolver_match.func), "audit", {})
    if declared.get(method, method) is None:
        assert (route, method) in SILENT
        return
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.subject) == (owner, f"transcript:{transcript_id}")
    reading = {AuditAction.READ, AuditAction.DOWNLOADED}
    assert (entry.action in reading) is (method == "get" or (route, method) in READING)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_what_fails_leaves_none(owner: User, status: int) -> None:
    request = RequestFactory().get(f"/transcripts/{uuid.UUID(int=1)}")
    request.user, request.resolver_match = owner, resolve(request.path)
    AuditDoors(lambda _: HttpResponse(status=status))(request)
    assert not AuditEntry.objects.exists()


def test_who_is_sent_to_sign_in_has_read_nothing(client: Client, db: None) -> None:
    assert client.get(f"/transcripts/{uuid.UUID(int=1)}").status_code == 302
    assert not AuditEntry.objects.exists()


def test_a_stranger_to_the_site_is_noted_too(db: None) -> None:
    request = RequestFactory().get(f"/transcripts/{uuid.UUID(int=1)}")
    request.user, request.resolver_match = AnonymousUser(), resolve(request.path)
    AuditDoors(lambda _: HttpResponse())(request)
    assert AuditEntry.objects.get().who == "guest"


# --- real calls


_ONE = "/v1/transcripts/{id}"
CALLS: list[tuple[str, str, Any, AuditAction]] = [
    ("get", _ONE, None, AuditAction.READ),
    ("get", f"{_ONE}/topics", None, AuditAction.READ),
    ("get", f"{_ONE}/topics/with-words", None, AuditAction.READ),
    ("get", f"{_ONE}/audio/waveform", None, AuditAction.READ),
    ("get", f"{_ONE}/captions", None, AuditAction.READ),
    ("get", f"{_ONE}/events", None, AuditAction.READ),
    ("get", f"{_ONE}/record/upload", None, AuditAction.READ),
    ("delete", f"{_ONE}/record/upload", None, AuditAction.CHANGED),
    ("delete", _ONE, None, AuditAction.DELETED),
]


@pytest.mark.parametrize(("method", "address", "body", "action"), CALLS)
def test_calls(
    owners: APIClient, owner: User, transcript: Transcript, method: str, address: str, body: Any, action: AuditAction
) -> None:
    Transcript.objects.update(waveform=[0.1])
    AuditEntry.objects.all().delete()
    answer = getattr(owners, method)(address.format(id=transcript.pk), body, format="json")
    assert answer.status_code == 200
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.action, entry.subject) == (owner, action, f"transcript:{transcript.pk}")


def test_a_key_is_named(anonymous: APIClient, owner: User, transcript: Transcript) -> None:
    key, plain = create_api_key(user=owner, name="Poller")
    for _ in range(3):
        anonymous.get(f"/v1/transcripts/{transcript.pk}", headers={"X-API-Key": plain})
    entry = AuditEntry.objects.get(action=AuditAction.READ)
    assert entry.came_by == f"key {key}"
    assert plain not in f"{entry.__dict__}"


def test_polling_does_not_grow_the_log_and_costs_the_same(
    owners: APIClient, transcript: Transcript, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = f"/v1/transcripts/{transcript.pk}/events"
    for _ in range(3):
        with django_assert_num_queries(3):
            owners.get(address)
    assert AuditEntry.objects.filter(action=AuditAction.READ).count() == 1


def test_making_and_importing(owners: APIClient, owner: User) -> None:
    made = owners.post("/v1/transcripts", {"name": "Weekly"}, format="json").json()
    link = owners.post("/v1/transcripts/import", {"url": "https://example.org/a.mp3"}, format="json").json()
    found = [(entry.action, entry.subject, entry.user) for entry in AuditEntry.objects.order_by("pk")]
    assert found == [
        (AuditAction.CREATED, f"transcript:{made['id']}", owner),
        (AuditAction.IMPORTED, f"transcript:{link['id']}", owner),
    ]


def test_uploading_in_pieces_is_one_entry_and_processing_another(owners: APIClient, transcript: Transcript) -> None:
    AuditEntry.objects.all().delete()
    content = wav(1.0)
    for number, piece in enumerate((content[:9000], content[9000:])):
        address = f"/v1/transcripts/{transcript.pk}/record/upload?chunk_number={number}&total_chunks=2"
        assert owners.post(address, {"chunk": io.BytesIO(piece)}, format="multipart").status_code == 200
    assert owners.post(f"/v1/transcripts/{transcript.pk}/process").json() == {"status": "already running"}
    assert owners.post(f"/v1/transcripts/{transcript.pk}/cancel").json() == {"status": "ok"}
    assert owners.post(f"/v1/transcripts/{transcript.pk}/cancel").json() == {"status": "not running"}
    found = [entry.action for entry in AuditEntry.objects.order_by("pk")]
    assert found == [AuditAction.UPLOADED, AuditAction.PROCESSED]


def test_cancelling_a_job(owners: APIClient, transcript: Transcript) -> None:
    address = f"/v1/transcripts/{transcript.pk}/record/upload?chunk_number=0&total_chunks=1"
    owners.post(address, {"chunk": io.BytesIO(wav(1.0))}, format="multipart")
    AuditEntry.objects.all().delete()
    assert owners.post(f"/v1/jobs/{Run.objects.get().pk}/cancel").json() == {"status": "ok"}
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == (AuditAction.PROCESSED, transcript.stream_key)


def test_sharing_is_told_from_other_changes(owners: APIClient, transcript: Transcript) -> None:
    AuditEntry.objects.all().delete()
    for changes in ({"share_mode": "public", "title": "Secret plans"}, {"title": "Other plans"}):
        assert owners.patch(f"/v1/transcripts/{transcript.pk}", changes, format="json").status_code == 200
    shared, changed = AuditEntry.objects.order_by("pk")
    assert (shared.action, shared.details["share_mode"]) == (AuditAction.SHARED, "public")
    assert (changed.action, "title" in changed.details["fields"]) == (AuditAction.CHANGED, True)
    assert "plans" not in f"{shared.details}{changed.details}"


@pytest.fixture
def browser(client: Client, owner: User) -> Client:
    client.force_login(owner)
    AuditEntry.objects.all().delete()
    return client


def test_the_page_its_downloads_and_its_buttons(
    browser: Client, new_transcript: Callable[..., Transcript], owner: User
) -> None:
    transcript = new_transcript()
    AuditEntry.objects.all().delete()
    page = f"/transcripts/{transcript.pk}"
    file = f"/v1{page}/download?format="
    for path in (page, f"{page}/fragment", page, f"{file}srt", f"{file}txt", f"{file}srt", f"{page}/delete"):
        assert browser.get(path).status_code == 200
    assert browser.post(f"{page}/process").status_code == 302  # there is nothing to process
    assert browser.post(f"{page}/delete").status_code == 302
    found = [(entry.action, entry.details.get("format")) for entry in AuditEntry.objects.order_by("pk")]
    assert found == [
        (AuditAction.READ, None),
        (AuditAction.DOWNLOADED, "srt"),
        (AuditAction.DOWNLOADED, "txt"),
        (AuditAction.DELETED, None),
    ]


def test_the_admin_site(client: Client, new_transcript: Callable[..., Transcript]) -> None:
    admin = User.objects.create_superuser("admin@example.org")
    client.force_login(admin)
    transcript = new_transcript()
    AuditEntry.objects.all().delete()
    page = f"/admin/transcripts/transcript/{transcript.pk}/"
    assert client.get(f"{page}change/").status_code == 200
    client.post(f"{page}delete/", {"post": "yes"})
    found = [(entry.who, entry.action) for entry in AuditEntry.objects.order_by("pk")]
    assert found == [(admin.email, AuditAction.READ), (admin.email, AuditAction.DELETED)]
