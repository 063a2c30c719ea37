"""API keys: shown once, listed, revoked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from .conftest import Site, invalid, ok, operation, refused
from .shapes import Id, Maybe, Time

KEYS = "/v1/user/api-keys"
KEY = {"id": Id, "user_id": Id, "name": Maybe(str), "created_at": Time}


@pytest.fixture
def keeper(site: Site) -> Iterator[httpx.Client]:
    """Ann, by a key that may manage keys."""
    with site.client("ann_all") as client:
        yield client


def test_operation_ids(schema: dict[str, Any]) -> None:
    assert operation(schema, "get", KEYS) == "v1_list_api_keys"
    assert operation(schema, "post", KEYS) == "v1_create_api_key"
    assert operation(schema, "delete", f"{KEYS}/{{key_id}}") == "v1_delete_api_key"


@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": "laptop"}])
def test_made_listed_and_used(keeper: httpx.Client, anonymous: httpx.Client, site: Site, body: dict[str, Any]) -> None:
    made = ok(keeper.post(KEYS, json=body), {**KEY, "key": str})
    assert (made["user_id"], made["name"]) == (site.world["users"]["ann"], body.get("name"))
    assert len(made["key"]) == 64
    first = ok(keeper.get(KEYS), [KEY])[0]  # newest first
    assert first.items() <= {**made, **first}.items()
    assert first["id"] == made["id"]
    assert made["key"] not in keeper.get(KEYS).text
    assert all("key" not in each for each in ok(keeper.get(KEYS)))
    assert ok(anonymous.get("/v1/me", headers={"X-API-Key": made["key"]}))["sub"] == made["user_id"]


def test_revoked(keeper: httpx.Client, anonymous: httpx.Client) -> None:
    made = ok(keeper.post(KEYS, json={"name": "old"}))
    assert ok(keeper.delete(f"{KEYS}/{made['id']}")) == {"status": "ok"}
    assert made["id"] not in {each["id"] for each in ok(keeper.get(KEYS))}
    refused(anonymous.get("/v1/me", headers={"X-API-Key": made["key"]}), 401, "Invalid authentication")
    refused(keeper.delete(f"{KEYS}/{made['id']}"), 404)


def test_what_does_not_fit(keeper: httpx.Client) -> None:
    invalid(keeper.post(KEYS, json={"name": ""}), ["body", "name"])


def test_only_ones_own(keeper: httpx.Client, anonymous: httpx.Client, site: Site) -> None:
    refused(anonymous.get(KEYS), 401, "Not authenticated")
    refused(anonymous.post(KEYS, json={}), 401, "Not authenticated")
    made = ok(keeper.post(KEYS, json={"name": "mine"}))
    with site.client("admin_all") as other:
        refused(other.delete(f"{KEYS}/{made['id']}"), 404)


def test_a_key_without_the_scope_makes_no_keys(ann: httpx.Client) -> None:
    refused(ann.post(KEYS, json={"name": "more"}), 403)
