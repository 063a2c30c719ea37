"""API keys and tokens over HTTP, with a real issuer on localhost."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import LazySettings
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.domain import create_api_key
from accounts.models import User
from accounts.oidc.issuer import configured_keys
from accounts.oidc.token_users import SWITCHED_OFF, UNPROVEN
from tests.peers.oidc import OidcPeer, forged, public_jwk

pytestmark = pytest.mark.django_db
INVALID = (401, {"detail": "Invalid authentication"})


def me(token: str, **headers: str) -> tuple[int, object]:
    answer = APIClient().get("/v1/me", headers={"Authorization": f"Bearer {token}", **headers})
    return answer.status_code, answer.json()


def test_a_token_says_who(issuer: OidcPeer) -> None:
    status, answer = me(issuer.token())
    user = User.objects.get()
    assert (status, answer) == (200, {"sub": str(user.pk), "email": "jwt@example.org"})
    assert me(issuer.token()) == (status, answer)


def test_a_token_may_work(issuer: OidcPeer) -> None:
    client = APIClient(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {issuer.token()}"})
    assert client.post("/v1/transcripts", {"name": "Weekly"}, format="json").status_code == 200


def test_a_token_costs_one_query(issuer: OidcPeer, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    me(issuer.token())
    with django_assert_num_queries(1):
        me(issuer.token())


def test_what_is_no_good_token(issuer: OidcPeer) -> None:
    now = int(time.time())
    for token in (
        issuer.token(exp=now - 60),
        issuer.token(nbf=now + 60),
        issuer.token(aud="another"),
        issuer.token(iss="https://evil.example.org"),
        issuer.token(key="unknown"),
        issuer.token(sub=None),
        issuer.token(groups="x" * 20_000),
        forged({"alg": "none"}, issuer.claims()),
        "a.b.c",
        "e30.e30.e30",
    ):
        assert me(token) == INVALID
    assert not User.objects.exists()


def test_without_an_issuer_no_token_is_good(issuer: OidcPeer, settings: LazySettings) -> None:
    settings.OIDC_ISSUER = ""
    assert me(issuer.token()) == INVALID
    assert issuer.requests == []


def test_a_token_is_no_api_key(issuer: OidcPeer) -> None:
    answer = APIClient().get("/v1/me", headers={"X-API-Key": issuer.token()})
    assert (answer.status_code, answer.json()) == INVALID


def test_both_of_one_person(issuer: OidcPeer) -> None:
    me(issuer.token())
    _, key = create_api_key(user=User.objects.get())
    assert me(issuer.token(), **{"X-API-Key": key})[0] == 200
    assert me(key, **{"X-API-Key": key})[0] == 200


def test_both_of_different_people_and_one_that_is_wrong(issuer: OidcPeer, owner: User, stranger: User) -> None:
    _, key = create_api_key(user=owner)
    _, other = create_api_key(user=stranger)
    assert me(issuer.token(), **{"X-API-Key": key}) == INVALID
    assert me(other, **{"X-API-Key": key}) == INVALID
    assert me("a.b.c", **{"X-API-Key": key}) == INVALID
    assert me(issuer.token(), **{"X-API-Key": "wrong"}) == INVALID


def test_an_account_that_may_not_be_used_is_told_why(issuer: OidcPeer, owner: User) -> None:
    assert me(issuer.token(email=owner.email, email_verified=False)) == (401, {"detail": UNPROVEN})
    me(issuer.token())
    User.objects.update(is_active=False)
    assert me(issuer.token()) == (401, {"detail": SWITCHED_OFF})


def test_an_issuer_that_does_not_answer_is_nobodys_fault(issuer: OidcPeer) -> None:
    issuer.down = True
    detail = "The issuer of the token does not answer. Try again later."
    assert me(issuer.token()) == (503, {"detail": detail})
    assert me("key") == INVALID  # keys need no issuer


def test_an_issuer_that_goes_down_stops_nobody(issuer: OidcPeer) -> None:
    assert me(issuer.token())[0] == 200
    issuer.down = True
    assert me(issuer.token())[0] == 200


def test_a_new_key_of_the_issuer(issuer: OidcPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert me(issuer.token())[0] == 200
    issuer.keys = [public_jwk("second")]
    assert me(issuer.token(key="second")) == INVALID  # asked a moment ago
    monkeypatch.setattr(configured_keys(), "_retry_seconds", 0)
    assert me(issuer.token(key="second"))[0] == 200
    assert me(issuer.token()) == INVALID


@pytest.mark.django_db(transaction=True)
def test_first_requests_at_once_make_one_user(issuer: OidcPeer) -> None:
    token = issuer.token()

    def ask(_: int) -> tuple[int, object]:
        try:
            return me(token)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(16)))
    assert {status for status, _ in answers} == {200}
    assert User.objects.count() == 1
    assert issuer.fetches() == 1


def test_nothing_of_a_token_or_key_is_logged(issuer: OidcPeer, owner: User, caplog: pytest.LogCaptureFixture) -> None:
    _, key = create_api_key(user=owner)
    with caplog.at_level(logging.DEBUG):
        tokens = [issuer.token(), issuer.token(exp=1), issuer.token(key="unknown"), issuer.token(email=owner.email)]
        for credential in (*tokens, key, "wrong-key"):
            me(credential)
    assert "was made" in caplog.text
    for secret in (
        "wrong-key",
        key,
        "subject-1",
        "jwt@example.org",
        *(part for each in tokens for part in each.split(".")),
    ):
        assert secret not in caplog.text
