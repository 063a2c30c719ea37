"""Guests' grants: given, kept by a browser, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.grants import GrantRefused, as_guest, give, hash_of, live, revoke
from accounts.guests import Guest, subjects_of
from accounts.models import AuditEntry, Grant, User
from transcripts.enums import ShareMode
from transcripts.models import Transcript

New = Callable[..., Transcript]


@pytest.fixture
def secret(owner: User, transcript: Transcript) -> str:
    return give(subject=transcript.stream_key, by=owner, name="Gina")[1]


def test_only_its_hash_is_kept(secret: str) -> None:
    grant = Grant.objects.get()
    assert secret not in str(Grant.objects.values_list().get())
    assert secret.startswith(f"guest_{grant.prefix}")
    assert timedelta(days=6, hours=23) < grant.expires_at - timezone.now() <= timedelta(days=7)


def guest_of(secrets: list[str]) -> Guest | AnonymousUser:
    return as_guest(live(map(hash_of, secrets)))


@pytest.mark.parametrize("days", [0, -1, 366])
def test_it_ends_in_a_year_at_the_latest(owner: User, days: int) -> None:
    with pytest.raises(GrantRefused):
        give(subject="transcript:x", by=owner, expires_at=timezone.now() + timedelta(days=days))
    assert not Grant.objects.exists()


def test_a_guest_until_it_ends(owner: User, secret: str, transcript: Transcript) -> None:
    guest = guest_of([secret, "guest_wrong"])
    assert isinstance(guest, Guest)
    assert not guest.is_authenticated
    assert subjects_of(guest) == {transcript.stream_key}
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert type(guest_of([secret])) is AnonymousUser
    assert revoke(grant=Grant.objects.get(), by=owner)
    assert not revoke(grant=Grant.objects.get(), by=owner)
    assert type(guest_of([secret])) is AnonymousUser
    told = AuditEntry.objects.filter(action__startswith="grant").order_by("pk").values_list("action", flat=True)
    assert list(told) == ["grant made", "grant revoked"]


def test_the_grants_of_an_account_that_is_switched_off_open_nothing(owner: User, secret: str) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert type(guest_of([secret])) is AnonymousUser


def test_the_use_is_noted_once_a_minute(secret: str) -> None:
    start = timezone.now()
    for seconds, noted in [(0, 0), (59, 0), (61, 61)]:
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            guest_of([secret])
            assert Grant.objects.get().last_used_at == start + timedelta(seconds=noted)


# --- in a browser


def test_a_link_opens_one_transcript_for_the_browser_and_leaves_the_address(
    client: Client, secret: str, transcript: Transcript, new_transcript: New
) -> None:
    page = f"/transcripts/{transcript.pk}"
    came = client.get(f"{page}?grant={secret}")
    assert (came.status_code, came["Location"]) == (HTTPStatus.FOUND, page)
    assert (came["Referrer-Policy"], came["Cache-Control"]) == ("no-referrer", "no-store")
    assert secret not in str(dict(client.session.items()))
    for path in (page, f"{page}/fragment", f"/v1{page}", f"/v1{page}/topics", f"/v1{page}/events"):
        assert client.get(path).status_code == HTTPStatus.OK, path
    assert client.get(f"/v1{page}/audio/mp3").json() == {"detail": "Audio file not found"}
    assert "Delete" not in client.get(page).content.decode()
    other = new_transcript()
    assert client.get(f"/v1/transcripts/{other.pk}").json() == {"detail": "Transcript access denied"}
    assert client.get(f"/transcripts/{other.pk}")["Location"] == f"/sign-in?next=/transcripts/{other.pk}"
    for path in ("/v1/transcripts", "/v1/jobs", "/v1/events"):
        assert client.get(path).json() == {"detail": "Not authenticated"}
    assert client.post(f"/v1{page}/process").status_code == HTTPStatus.UNAUTHORIZED


def test_the_session_gets_a_new_key_so_that_nobody_who_knew_it_comes_in(
    client: Client, secret: str, transcript: Transcript
) -> None:
    session = client.session
    session["colour"] = "blue"
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    client.get(f"/transcripts/{transcript.pk}?grant={secret}")
    assert client.cookies["sessionid"].value != session.session_key
    assert client.session["colour"] == "blue"


def test_a_page_says_that_its_link_has_ended(client: Client, owner: User, secret: str, transcript: Transcript) -> None:
    page = f"/transcripts/{transcript.pk}"
    client.get(f"{page}?grant={secret}")
    revoke(grant=Grant.objects.get(), by=owner)
    for path in (page, f"{page}/fragment", f"{page}?grant={secret}", f"{page}?grant=guest_wrong"):
        answer = client.get(path)
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "This link has ended" in answer.content.decode()
    assert client.get(f"/v1{page}").json() == {"detail": "Transcript access denied"}


def test_a_link_to_what_is_public_opens_even_when_it_has_ended(
    client: Client, owner: User, new_transcript: New
) -> None:
    transcript = new_transcript(share_mode=ShareMode.PUBLIC)
    answer = client.get(f"/transcripts/{transcript.pk}?grant=guest_wrong")
    assert answer["Location"] == f"/transcripts/{transcript.pk}"


def test_somebody_who_is_signed_in_has_both_rights(
    client: Client, stranger: User, secret: str, transcript: Transcript, new_transcript: New
) -> None:
    client.force_login(stranger)
    own, page = new_transcript(user=stranger), f"/transcripts/{transcript.pk}"
    assert client.get(page).status_code == HTTPStatus.FORBIDDEN
    client.get(f"{page}?grant={secret}", follow=True)
    for path in (page, f"/v1{page}", f"/transcripts/{own.pk}", f"/v1/transcripts/{own.pk}"):
        assert client.get(path).status_code == HTTPStatus.OK
    assert client.delete(f"/v1{page}").json() == {"detail": "Not authorized"}


# --- programs


def test_programs_send_it_as_a_header(secret: str, transcript: Transcript, stranger: User) -> None:
    path = f"/v1/transcripts/{transcript.pk}"
    for headers in ({"X-Guest-Grant": secret}, {"Authorization": f"Bearer {secret}"}):
        program = APIClient(headers=headers)
        assert program.get(path).status_code == HTTPStatus.OK
        assert program.post(f"{path}/process").status_code == HTTPStatus.UNAUTHORIZED
        assert program.get("/v1/me").json() is None
    assert APIClient(headers={"X-Guest-Grant": "guest_wrong"}).get(path).json() == {"detail": "Invalid authentication"}


def test_the_api_gives_lists_and_withdraws_them(owners: APIClient, transcript: Transcript) -> None:
    address = f"/v1/transcripts/{transcript.pk}/grants"
    given = owners.post(address, {"name": "Gina"}, format="json").json()
    assert given["url"].endswith(f"/transcripts/{transcript.pk}?grant={given['secret']}")
    listed = owners.get(address).json()
    assert [(each["id"], each["name"], each["revoked_at"]) for each in listed] == [(given["id"], "Gina", None)]
    assert given["secret"] not in str(listed)
    assert owners.delete(f"{address}/{given['id']}").json() == {"status": "ok"}
    assert owners.delete(f"{address}/{given['id']}").json() == {"status": "already revoked"}
    assert owners.get(address).json()[0]["revoked_at"] is not None
    assert owners.delete(f"{address}/{transcript.pk}").json() == {"detail": "Grant not found"}
    late = {"expires_at": (timezone.now() + timedelta(days=400)).isoformat()}
    assert owners.post(address, late, format="json").status_code == HTTPStatus.BAD_REQUEST
