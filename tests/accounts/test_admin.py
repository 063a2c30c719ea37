"""Accounts and keys in the admin site."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import LazySettings
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import EMAIL_TAKEN, ApiKey, AuditEntry, User
from tests.conftest import PASSWORD
from transcripts.models import Transcript


@pytest.fixture
def site(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("admin@example.org"))
    return client


def add_user(site: Client, email: str) -> str:
    form = {"email": email, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    return site.post(reverse("admin:accounts_user_add"), form).content.decode()


def test_an_address_is_kept_in_small_letters(site: Client) -> None:
    add_user(site, "New.Person@Example.org")
    assert User.objects.filter(email="new.person@example.org").exists()
    assert site.login(email="NEW.person@example.org", password=PASSWORD)


def test_capitals_make_no_second_account(site: Client, owner: User) -> None:
    assert EMAIL_TAKEN in add_user(site, "Owner@Example.org")
    assert User.objects.filter(email__iexact=owner.email).count() == 1
    with pytest.raises(IntegrityError):
        User.objects.create(email="Owner@example.org")  # past every form


def test_a_changed_address_is_checked_too(site: Client, owner: User, stranger: User) -> None:
    address = reverse("admin:accounts_user_change", args=[stranger.pk])
    assert EMAIL_TAKEN in site.post(address, {"email": "OWNER@example.org"}).content.decode()


def test_a_new_key_is_shown_once_and_left_nowhere(site: Client, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    answer = site.post(
        reverse("admin:accounts_apikey_add"), {"user": str(owner.pk), "name": "Laptop", "scopes": ["read"]}
    )
    key = ApiKey.objects.get()
    plaintext = answer.content.decode().partition('<code id="key">')[2].partition("<")[0]
    assert (answer.status_code, ApiKey.hash(plaintext), key.name) == (200, key.key_hash, "Laptop")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "messages" not in answer.cookies
    assert plaintext not in caplog.text
    for page in ("changelist", "change"):
        address = reverse(f"admin:accounts_apikey_{page}", args=[key.pk] if page == "change" else [])
        shown = site.get(address).content.decode()
        assert key.prefix in shown
        assert plaintext not in shown


def test_a_key_is_renamed_and_revoked(site: Client, owner: User) -> None:
    site.post(reverse("admin:accounts_apikey_add"), {"user": str(owner.pk), "name": "Laptop", "scopes": ["read"]})
    key = ApiKey.objects.get()
    site.post(reverse("admin:accounts_apikey_change", args=[key.pk]), {"name": "Phone", "scopes": ["read", "write"]})
    wanted = {"action": "revoke", "_selected_action": [str(key.pk)]}
    site.post(reverse("admin:accounts_apikey_changelist"), wanted)
    key.refresh_from_db()
    assert key.name == "Phone"
    assert key.revoked_at is not None


def test_an_account_is_unlinked_from_its_subject(site: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(oidc_issuer="https://issuer.example.org", oidc_subject="s1")
    page = site.get(reverse("admin:accounts_user_change", args=[owner.pk])).content.decode()
    assert "https://issuer.example.org" in page
    form = {"action": "unlink", "_selected_action": [str(owner.pk)]}
    page = site.post(reverse("admin:accounts_user_changelist"), form, follow=True).content.decode()
    assert "1 users unlinked." in page
    owner.refresh_from_db()
    assert (owner.oidc_issuer, owner.oidc_subject) == (None, None)


# --- keys: what they may do and how long


def new_key(site: Client, owner: User, **form: object) -> Any:
    return site.post(reverse("admin:accounts_apikey_add"), {"user": str(owner.pk), "scopes": ["read"], **form})


def test_a_key_gets_scopes_and_an_end(site: Client, owner: User) -> None:
    new_key(site, owner, scopes=["read", "admin"], expires_at_0="2099-01-01", expires_at_1="00:00")
    key = ApiKey.objects.get()
    assert (key.scopes, key.expires_at) == (["read", "admin"], datetime(2099, 1, 1, tzinfo=UTC))
    entry = AuditEntry.objects.get(action=AuditAction.KEY_MADE)
    assert (entry.who, entry.details["owner"]) == ("admin@example.org", owner.email)


def test_an_end_that_has_passed_is_refused(site: Client, owner: User) -> None:
    page = new_key(site, owner, expires_at_0="2020-01-01", expires_at_1="00:00").content.decode()
    assert "This time has passed. Give one to come, or revoke the key." in page
    assert not ApiKey.objects.exists()


def test_a_changed_key_is_in_the_audit_log_and_keeps_its_owner(site: Client, owner: User, stranger: User) -> None:
    new_key(site, owner)
    key = ApiKey.objects.get()
    form = {"user": str(stranger.pk), "name": "Phone", "scopes": ["write"]}
    site.post(reverse("admin:accounts_apikey_change", args=[key.pk]), form)
    key.refresh_from_db()
    assert (key.user, key.scopes) == (owner, ["write"])
    assert AuditEntry.objects.filter(action=AuditAction.CHANGED, subject=f"api-key:{key.pk}").exists()


def test_too_many_keys_are_refused(site: Client, owner: User, settings: LazySettings) -> None:
    settings.API_KEYS_PER_PERSON = 1
    new_key(site, owner)
    assert "Revoke one first." in new_key(site, owner).content.decode()


def test_keys_are_filtered_by_how_they_stand(site: Client, owner: User) -> None:
    for name in ("live", "expired", "revoked"):
        new_key(site, owner, name=f"is {name}")
    ApiKey.objects.filter(name="is expired").update(expires_at=timezone.now())
    ApiKey.objects.filter(name="is revoked").update(revoked_at=timezone.now())
    for name in ("live", "expired", "revoked"):
        page = site.get(reverse("admin:accounts_apikey_changelist"), {"standing": name}).content.decode()
        assert [each for each in ("live", "expired", "revoked") if f"is {each}" in page] == [name]


def test_who_manages_keys_makes_none_for_an_administrator(client: Client, db: None, owner: User) -> None:
    helper = User.objects.create_user("helper@example.org", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=("add_apikey", "view_apikey")))
    admin = User.objects.create_superuser("admin@example.org")
    client.force_login(helper)
    new_key(client, admin)
    assert not ApiKey.objects.exists()
    new_key(client, owner)
    assert ApiKey.objects.get().user == owner


# --- the audit log


@pytest.fixture
def entries(site: Client, owner: User, new_transcript: Callable[..., Transcript]) -> Transcript:
    transcript = new_transcript()
    AuditEntry.objects.all().delete()
    audit.record(owner, AuditAction.SHARED, transcript.stream_key, share_mode="public")
    audit.record(None, AuditAction.PROCESSED, "transcript:=1+1")
    return transcript


def log_page(site: Client, **query: str) -> str:
    return site.get(reverse("admin:accounts_auditentry_changelist"), query).content.decode()


def test_the_audit_log_is_read_searched_and_filtered(site: Client, entries: Transcript) -> None:
    page = log_page(site)
    assert f'href="/admin/transcripts/transcript/{entries.pk}/change/"' in page
    assert page.count('class="field-who"') == 2
    for query in ({"q": "owner@"}, {"q": str(entries.pk)}, {"action__exact": "shared"}):
        assert log_page(site, **query).count('class="field-who"') == 1


def test_nobody_changes_or_deletes_an_entry(site: Client, entries: Transcript) -> None:
    entry = AuditEntry.objects.first()
    assert entry is not None
    for page in ("change", "delete"):
        address = reverse(f"admin:accounts_auditentry_{page}", args=[entry.pk])
        assert site.post(address, {"post": "yes", "who": "nobody"}).status_code == 403
    assert site.get(reverse("admin:accounts_auditentry_add")).status_code == 403
    site.post(
        reverse("admin:accounts_auditentry_changelist"),
        {"action": "delete_selected", "_selected_action": [str(entry.pk)], "post": "yes"},
    )
    assert AuditEntry.objects.filter(who=entry.who).count() == 1


def test_it_is_exported_as_it_is_shown(site: Client, entries: Transcript) -> None:
    answer = site.get(reverse("admin:accounts_auditentry_export"), {"action__exact": "shared"})
    assert answer.headers["Content-Disposition"] == "attachment; filename=audit.csv"
    head, row = csv.reader(b"".join(answer).decode().splitlines())  # type: ignore[call-overload]
    assert head == ["at", "who", "came_by", "action", "subject", "details"]
    assert row[1:] == ["owner@example.org", "session", "shared", entries.stream_key, '{"share_mode": "public"}']


def test_a_long_export_comes_in_pieces_and_whole(
    site: Client, entries: Transcript, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("accounts.audit.admin.BATCH", 2)
    for number in range(5):
        audit.record(None, AuditAction.CHANGED, f"transcript:{number}")
    answer = site.get(reverse("admin:accounts_auditentry_export"))
    with django_assert_num_queries(5):  # 7 rows by twos, and that there are no more
        rows = list(csv.reader(b"".join(answer).decode().splitlines()))  # type: ignore[call-overload]
    assert len(rows) == 1 + 7


def test_a_spreadsheet_takes_nothing_in_it_for_a_formula(site: Client, owner: User) -> None:
    owner.came_by = "=cmd|' /C calc'!A0"
    audit.record(owner, AuditAction.CHANGED, "transcript:1")
    rows = b"".join(site.get(reverse("admin:accounts_auditentry_export"))).decode()  # type: ignore[call-overload]
    assert ",'=cmd" in rows


async def test_under_asgi_it_is_streamed(transactional_db: None) -> None:
    """Blocks are read in threads; Django would keep a synchronous iterator whole."""

    def prepare() -> dict[str, str]:
        client = Client()
        client.force_login(User.objects.create_superuser("admin@example.org"))
        return {name: morsel.value for name, morsel in client.cookies.items()}

    client = AsyncClient()
    client.cookies.load(await sync_to_async(prepare)())
    answer = await client.get(reverse("admin:accounts_auditentry_export"))
    assert answer.is_async
    text = b"".join([block async for block in answer]).decode()
    assert text.startswith("at,who,came_by,action,subject,details\r\n")
    assert "signed in" in text


def test_the_audit_log_is_for_those_who_may_see_it(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    for page in ("changelist", "export"):
        assert client.get(reverse(f"admin:accounts_auditentry_{page}")).status_code == 403
