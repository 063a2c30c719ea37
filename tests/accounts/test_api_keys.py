"""/v1/user/api-keys: the compatible part, and what ours adds."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.domain import create_api_key
from accounts.enums import AuditAction, Scope
from accounts.models import ApiKey, AuditEntry, User

KEYS = "/v1/user/api-keys"


def make(client: APIClient, body: object = None, key: str = "") -> Any:
    headers = {"X-API-Key": key} if key else None
    return client.post(KEYS, {} if body is None else body, format="json", headers=headers)


def test_a_key_is_shown_once_and_only_its_hash_is_kept(owners: APIClient, owner: User) -> None:
    answer = make(owners, {"name": "Laptop"})
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {
        *("id", "user_id", "name", "created_at", "key"),
        *("prefix", "scopes", "expires_at", "last_used_at"),
    }
    assert (body["user_id"], body["name"], len(body["key"])) == (str(owner.pk), "Laptop", 64)
    assert (body["prefix"], body["scopes"]) == (body["key"][:8], ["read", "write"])
    assert (body["expires_at"], body["last_used_at"]) == (None, None)
    assert answer.headers["Cache-Control"] == "no-store"
    key = ApiKey.objects.get()
    assert key.key_hash == ApiKey.hash(body["key"])
    listed = owners.get(KEYS).json()
    assert listed == [{name: value for name, value in body.items() if name != "key"}]


def test_a_key_does_not_hang_on_the_secret_of_the_site(
    anonymous: APIClient, owners: APIClient, settings: LazySettings
) -> None:
    key = make(owners).json()["key"]
    settings.SECRET_KEY = "another one, of thirty-two characters or more"
    assert anonymous.get("/v1/me", headers={"X-API-Key": key}).status_code == 200


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_is_newest_first_and_of_constant_cost(
    owners: APIClient, owner: User, stranger: User, items: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    names = [f"key {number}" for number in range(items)]
    for name in names:
        make(owners, {"name": name})
    create_api_key(user=stranger)
    with django_assert_num_queries(1):
        listed = owners.get(KEYS).json()
    assert [each["name"] for each in listed] == names[::-1]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"name": ""}, ["body", "name"]),
        ({"name": "   "}, ["body", "name"]),
        ({"name": "x" * 201}, ["body", "name"]),
        ({"name": "a\0b"}, ["body", "name"]),
        ({"scopes": []}, ["body", "scopes"]),
        ({"scopes": ["root"]}, ["body", "scopes", "0"]),
        ({"scopes": "read"}, ["body", "scopes"]),
        ({"scopes": None}, ["body", "scopes"]),
        ({"expires_at": "soon"}, ["body", "expires_at"]),
        ({"expires_at": "2020-01-01T00:00:00Z"}, ["body", "expires_at"]),
        ([], ["body", "non_field_errors"]),
    ],
)
def test_what_does_not_fit(owners: APIClient, body: object, where: list[str]) -> None:
    answer = make(owners, body)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, where)
    assert not ApiKey.objects.exists()


def test_an_expiry_that_has_passed_is_refused_in_words(owners: APIClient) -> None:
    problem = make(owners, {"expires_at": "2020-01-01T00:00:00Z"}).json()["detail"][0]
    assert problem["msg"] == "This time has passed. Give one to come, or none for a key that does not expire."


def test_null_is_no_name_and_no_expiry(owners: APIClient) -> None:
    body = make(owners, {"name": None, "expires_at": None}).json()
    assert (body["name"], body["expires_at"]) == (None, None)


def test_an_expired_key_opens_nothing(owners: APIClient, anonymous: APIClient) -> None:
    soon = timezone.now() + timedelta(hours=1)
    key = make(owners, {"expires_at": soon.isoformat()}).json()["key"]
    assert anonymous.get("/v1/me", headers={"X-API-Key": key}).status_code == 200
    ApiKey.objects.update(expires_at=timezone.now())
    assert anonymous.get("/v1/me", headers={"X-API-Key": key}).status_code == 401


def test_a_deleted_key_opens_nothing_and_is_gone_from_the_list(owners: APIClient, anonymous: APIClient) -> None:
    made = make(owners).json()
    assert owners.delete(f"{KEYS}/{made['id']}").json() == {"status": "ok"}
    assert anonymous.get("/v1/me", headers={"X-API-Key": made["key"]}).status_code == 401
    assert owners.get(KEYS).json() == []


def test_what_is_not_there_is_404(owners: APIClient, strangers: APIClient) -> None:
    made = make(owners).json()
    for client, address in ((strangers, made["id"]), (owners, uuid.uuid4())):
        answer = client.delete(f"{KEYS}/{address}")
        assert (answer.status_code, answer.json()) == (404, {"detail": "API key not found"})
    owners.delete(f"{KEYS}/{made['id']}")
    again = owners.delete(f"{KEYS}/{made['id']}")
    assert (again.status_code, again.json()) == (404, {"detail": "API key not found"})


@pytest.mark.parametrize(
    ("method", "address"), [("get", KEYS), ("post", KEYS), ("delete", f"{KEYS}/{uuid.UUID(int=1)}")]
)
def test_nobody_has_no_keys(anonymous: APIClient, db: None, method: str, address: str) -> None:
    answer = getattr(anonymous, method)(address)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})


def test_keys_by_a_key_take_the_scope_admin(anonymous: APIClient, owner: User) -> None:
    key, plain = create_api_key(user=owner, scopes=[Scope.READ, Scope.WRITE])
    headers = {"X-API-Key": plain}
    assert anonymous.get(KEYS, headers=headers).status_code == 200
    for answer in (make(anonymous, key=plain), anonymous.delete(f"{KEYS}/{key.pk}", headers=headers)):
        assert (answer.status_code, answer.json()) == (403, {"detail": "This API key has not the scope admin."})
    assert ApiKey.objects.get().revoked_at is None


def test_a_key_never_makes_one_that_may_more(anonymous: APIClient, owner: User) -> None:
    _, plain = create_api_key(user=owner, scopes=[Scope.READ, Scope.ADMIN])
    answer = make(anonymous, {"scopes": ["read", "write"]}, key=plain)
    assert answer.status_code == 403
    assert answer.json() == {"detail": "An API key cannot make a key with more scopes than its own."}
    assert make(anonymous, {"scopes": ["read"]}, key=plain).json()["scopes"] == ["read"]
    assert make(anonymous, key=plain).json()["scopes"] == ["read"]  # the usual ones, as far as it has them
    assert make(anonymous, {"scopes": ["admin", "read", "read"]}, key=plain).json()["scopes"] == ["read", "admin"]


def test_a_key_that_may_only_write_does_not_read(anonymous: APIClient, owner: User) -> None:
    _, plain = create_api_key(user=owner, scopes=[Scope.WRITE])
    answer = anonymous.get("/v1/transcripts", headers={"X-API-Key": plain})
    assert (answer.status_code, answer.json()) == (403, {"detail": "This API key has not the scope read."})


def test_live_keys_are_bounded_and_others_do_not_count(owners: APIClient, settings: LazySettings) -> None:
    settings.API_KEYS_PER_PERSON = 2
    first, second = make(owners).json(), make(owners).json()
    answer = make(owners)
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        "There are 2 live API keys already, as many as one person may have. Revoke one first."
    )
    owners.delete(f"{KEYS}/{first['id']}")
    ApiKey.objects.filter(pk=second["id"]).update(expires_at=timezone.now())
    assert make(owners).status_code == 200
    assert make(owners).status_code == 200


def test_both_are_in_the_audit_log_without_the_key(owners: APIClient, owner: User) -> None:
    made = make(owners, {"name": "Laptop"}).json()
    owners.delete(f"{KEYS}/{made['id']}")
    entries = list(AuditEntry.objects.all())
    assert [entry.action for entry in entries] == [AuditAction.KEY_REVOKED, AuditAction.KEY_MADE]
    for entry in entries:
        assert (entry.user, entry.subject) == (owner, f"api-key:{made['id']}")
        assert entry.details == {
            "key": f"{made['prefix']}… (Laptop)",
            "owner": owner.email,
            "scopes": "read write",
        }
        assert made["key"] not in str(entry.details)
