"""Signing in and out in the browser."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.conftest import PASSWORD

SIGN_IN = "/sign-in"


@pytest.mark.django_db
def test_a_page_sends_those_who_are_not_signed_in_to_sign_in_and_back(client: Client, owner: User) -> None:
    answer = client.get("/transcripts/new")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?next=/transcripts/new")

    answer = client.post(answer["Location"], {"username": owner.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/transcripts/new")


def test_capitals_in_the_address_do_not_matter(client: Client, owner: User) -> None:
    answer = client.post(SIGN_IN, {"username": owner.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("transcripts"))


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_said_in_words(client: Client, owner: User, password: str) -> None:
    answer = client.post(SIGN_IN, {"username": owner.email, "password": password})
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies
    expected = "do not belong together" if password else "This field is required."
    assert expected in answer.content.decode()


def test_an_account_that_was_switched_off_is_not_let_in(client: Client, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    answer = client.post(SIGN_IN, {"username": owner.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert "sessionid" not in answer.cookies


def test_another_site_cannot_be_the_next_page(client: Client, owner: User) -> None:
    answer = client.post(f"{SIGN_IN}?next=https://example.com/", {"username": owner.email, "password": PASSWORD})
    assert answer["Location"] == reverse("transcripts")


def test_who_is_signed_in_is_not_asked_again(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get(SIGN_IN)["Location"] == reverse("transcripts")


def test_signing_out_takes_a_post(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out")["Location"] == SIGN_IN
    assert client.get("/").status_code == 302


def test_signing_in_needs_the_token_of_the_page(owner: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(SIGN_IN, {"username": owner.email, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Please try again" in answer.content.decode()
