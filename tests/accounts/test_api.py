"""GET /v1/me, and how a request proves who sends it."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.domain import create_api_key
from accounts.models import User
from tests.conftest import PASSWORD


def test_nobody_is_null(anonymous: APIClient, db: None) -> None:
    answer = anonymous.get("/v1/me")
    assert (answer.status_code, answer.content) == (200, b"null")


def test_a_session_says_who(anonymous: APIClient, owner: User) -> None:
    assert anonymous.login(email=owner.email, password=PASSWORD)
    assert anonymous.get("/v1/me").json() == {"sub": str(owner.pk), "email": "owner@example.org"}


def test_a_key_says_who_in_either_header(anonymous: APIClient, owner: User) -> None:
    _, key = create_api_key(user=owner)
    me = {"sub": str(owner.pk), "email": "owner@example.org"}
    assert anonymous.get("/v1/me", headers={"X-API-Key": key}).json() == me
    assert anonymous.get("/v1/me", headers={"Authorization": f"Bearer {key}"}).json() == me


def test_a_wrong_key_is_refused_even_where_none_is_needed(anonymous: APIClient, db: None) -> None:
    answer = anonymous.get("/v1/me", headers={"X-API-Key": "wrong"})
    assert (answer.status_code, answer.json()) == (401, {"detail": "Invalid authentication"})


def test_a_key_of_somebody_who_may_not_sign_in_is_refused(anonymous: APIClient, owner: User) -> None:
    _, key = create_api_key(user=owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert anonymous.get("/v1/me", headers={"X-API-Key": key}).status_code == 401


def test_a_session_without_csrf_token_may_not_write(owner: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    assert client.login(email=owner.email, password=PASSWORD)
    answer = client.post("/v1/transcripts", {"name": "Weekly"}, format="json")
    assert answer.status_code == 403


def test_unknown_addresses_answer_in_json(anonymous: APIClient) -> None:
    answer = anonymous.get("/v1/nothing")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found"})


def test_a_fault_of_ours_is_json_under_v1_and_a_page_elsewhere(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("a secret")

    client.raise_request_exception = False
    monkeypatch.setattr("accounts.credentials.live_api_key", fault)
    answer = client.get("/v1/me", headers={"X-API-Key": "any"})
    assert (answer.status_code, list(answer.json())) == (500, ["detail"])
    assert "a secret" not in answer.json()["detail"]
    monkeypatch.setattr("django.contrib.auth.views.LoginView.get_context_data", fault)
    page = client.get("/sign-in")
    assert (page.status_code, page.headers["Content-Type"]) == (500, "text/html; charset=utf-8")
