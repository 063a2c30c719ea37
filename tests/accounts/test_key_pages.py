"""The settings page of API keys, as a browser without script uses it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.domain import create_api_key
from accounts.models import ApiKey, User

PAGE = "/settings/api-keys"


@pytest.fixture
def browser(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def made(browser: Client, **form: object) -> str:
    return browser.post(PAGE, {"name": "Laptop", "scopes": ["read"], "days": "90", **form}).content.decode()


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, db: None) -> None:
    for path in (PAGE, f"{PAGE}/00000000-0000-0000-0000-000000000001/revoke"):
        assert client.get(path)["Location"] == f"/sign-in?next={path}"


def test_a_key_is_shown_in_the_answer_and_never_again(browser: Client, owner: User) -> None:
    answer = browser.post(PAGE, {"name": "Laptop", "scopes": ["read", "admin"], "days": "30"})
    page = answer.content.decode()
    key = ApiKey.objects.get()
    found = re.search(r'<code id="new-key"[^>]*>([\w-]{64})</code>', page)
    assert found
    assert (key.key_hash, key.user, key.name) == (ApiKey.hash(found[1]), owner, "Laptop")
    assert key.scopes == ["read", "admin"]
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - timezone.now() <= timedelta(days=30)
    assert "no-store" in answer.headers["Cache-Control"]
    assert f"X-API-Key: {found[1]}" in page.replace("&quot;", '"')
    again = browser.get(PAGE).content.decode()
    assert key.prefix in again
    assert found[1] not in again


def test_a_key_need_not_expire_or_have_a_name(browser: Client) -> None:
    page = made(browser, name="", days="")
    key = ApiKey.objects.get()
    assert (key.name, key.expires_at) == (None, None)
    assert "Unnamed" in page


@pytest.mark.parametrize("form", [{"scopes": []}, {"scopes": ["root"]}, {"days": "100000"}, {"name": "x" * 201}])
def test_what_does_not_fit_makes_no_key(browser: Client, form: dict[str, object]) -> None:
    page = made(browser, **form)
    assert 'class="field-error"' in page
    assert not ApiKey.objects.exists()


def test_what_was_chosen_stays_chosen_when_something_is_wrong(browser: Client) -> None:
    page = made(browser, name="x" * 201, scopes=["admin"])
    assert re.search(r'value="admin" id="scope-admin"[^>]* checked', page)
    assert not re.search(r'value="read" id="scope-read"[^>]* checked', page)


def test_too_many_are_refused_in_words(browser: Client, settings: LazySettings) -> None:
    settings.API_KEYS_PER_PERSON = 1
    made(browser)
    assert "There are 1 live API keys already" in made(browser)
    assert ApiKey.objects.count() == 1


def test_a_key_is_revoked_after_a_question(browser: Client, owner: User) -> None:
    made(browser)
    key = ApiKey.objects.get()
    address = f"{PAGE}/{key.pk}/revoke"
    assert f'href="{address}"' in browser.get(PAGE).content.decode()
    assert "Revoke “Laptop”?" in browser.get(address).content.decode()
    key.refresh_from_db()
    assert key.revoked_at is None
    page = browser.post(address, follow=True).content.decode()
    assert "is revoked. Nothing gets in by it any more." in page
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "This key is not among yours, or not any more." in browser.post(address, follow=True).content.decode()


def test_anothers_key_does_not_exist(browser: Client, stranger: User) -> None:
    key, _ = create_api_key(user=stranger, name="Theirs")
    assert "Theirs" not in browser.get(PAGE).content.decode()
    for ask in (browser.get, browser.post):
        page = ask(f"{PAGE}/{key.pk}/revoke", follow=True).content.decode()
        assert "This key is not among yours" in page
    key.refresh_from_db()
    assert key.revoked_at is None


def test_an_expired_key_is_marked(browser: Client, owner: User) -> None:
    create_api_key(user=owner)
    assert "Expired" not in browser.get(PAGE).content.decode()
    ApiKey.objects.update(expires_at=timezone.now())
    assert "Expired" in browser.get(PAGE).content.decode()


@pytest.mark.parametrize("items", [1, 3])
def test_the_page_costs_the_same_whatever_there_is(
    browser: Client, owner: User, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(items):
        create_api_key(user=owner)
    with django_assert_num_queries(3):  # session, user, keys
        browser.get(PAGE)
