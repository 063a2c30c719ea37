"""Accounts and keys in the admin site."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import EMAIL_TAKEN, ApiKey, User
from tests.conftest import PASSWORD


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
    answer = site.post(reverse("admin:accounts_apikey_add"), {"user": str(owner.pk), "name": "Laptop"})
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
    site.post(reverse("admin:accounts_apikey_add"), {"user": str(owner.pk), "name": "Laptop"})
    key = ApiKey.objects.get()
    site.post(reverse("admin:accounts_apikey_change", args=[key.pk]), {"user": str(owner.pk), "name": "Phone"})
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
