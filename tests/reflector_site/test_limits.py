"""How often somebody may ask: counted in a real Redis, and by nobody while there is none."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import redis
import time_machine
from django.conf import LazySettings
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from accounts.models import User
from reflector_site import limits
from tests.conftest import PASSWORD, client_of
from tests.stack import free_port

#: Ten seconds before a minute is over.
MOMENT = datetime(2026, 11, 26, 12, 0, 50, tzinfo=UTC)


@pytest.fixture(autouse=True)
def counters(db: None, settings: LazySettings) -> Iterator[None]:
    """Nothing is counted yet, and nothing is limited but what a test limits."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS)
    _forget()
    yield
    _forget()


def _forget() -> None:
    limits._resting_until = 0.0
    limits._client.cache_clear()
    client = limits._client()
    for key in client.scan_iter(f"{limits.KEY}*"):
        client.delete(key)


@time_machine.travel(MOMENT, tick=False)
def test_it_says_how_long_to_wait() -> None:
    assert [limits.hit("user", "a", (2, 60)) for _ in range(4)] == [None, None, 11, 11]
    assert limits.hit("user", "b", (2, 60)) is None
    assert limits.hit("search", "a", (2, 60)) is None


def test_the_next_minute_begins_anew() -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        assert [limits.hit("user", "a", (1, 60)) for _ in range(2)] == [None, 11]
        clock.shift(11)
        assert limits.hit("user", "a", (1, 60)) is None


def test_counters_end_by_themselves_and_name_nobody() -> None:
    limits.hit("user", "owner@example.org", (1, 60))
    client = limits._client()
    (key,) = client.scan_iter(f"{limits.KEY}*")
    assert 0 < client.ttl(key) <= 61
    assert b"owner" not in key


def test_many_at_once_are_all_counted() -> None:
    with time_machine.travel(MOMENT, tick=False), ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: limits.hit("user", "a", (100, 60)), range(150)))
    assert waits.count(None) == 100


def test_without_redis_nobody_is_limited_and_the_log_says_so_once(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    there = settings.BROKER_URL
    settings.BROKER_URL = f"redis://127.0.0.1:{free_port()}"
    limits._client.cache_clear()
    with caplog.at_level(logging.WARNING):
        before = time.monotonic()
        assert [limits.hit("user", "a", (1, 60)) for _ in range(100)] == [None] * 100
        assert time.monotonic() - before < 1
        limits._resting_until = 0.001  # the rest is over
        limits.hit("user", "a", (1, 60))
        settings.BROKER_URL = there
        limits._client.cache_clear()
        limits._resting_until = 0.001
        limits.hit("user", "a", (1, 60))
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        "Redis is away, so requests are not counted and nobody is limited",
        "Redis is back, and requests are counted again.",
    ]


# --- the API


@time_machine.travel(MOMENT, tick=False)
def test_a_person_who_asks_too_often(settings: LazySettings, owners: APIClient, strangers: APIClient) -> None:
    settings.RATE_LIMITS["user"] = (2, 60)
    answers = [owners.get("/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json() == {"detail": "Too many requests. Try again in 11 seconds."}
    assert answers[2].headers["Retry-After"] == "11"
    assert strangers.get("/v1/me").status_code == 200


@time_machine.travel(MOMENT, tick=False)
def test_a_key_and_a_session_count_together(settings: LazySettings, owner: User, anonymous: APIClient) -> None:
    from accounts.domain import create_api_key  # noqa: PLC0415 -- for this test alone

    settings.RATE_LIMITS["user"] = (1, 60)
    _, key = create_api_key(user=owner)
    assert client_of(owner).get("/v1/me").status_code == 200
    assert anonymous.get("/v1/me", headers={"X-API-Key": key}).status_code == 429


@time_machine.travel(MOMENT, tick=False)
def test_an_address_that_asks_too_often(settings: LazySettings, anonymous: APIClient, owners: APIClient) -> None:
    settings.RATE_LIMITS["anonymous"] = (1, 60)
    assert [anonymous.get("/v1/me").status_code for _ in range(2)] == [200, 429]
    assert anonymous.get("/v1/me", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert owners.get("/v1/me").status_code == 200


@time_machine.travel(MOMENT, tick=False)
def test_what_is_expensive_is_counted_apart(settings: LazySettings, owners: APIClient) -> None:
    settings.RATE_LIMITS["process"] = (1, 60)
    link = {"url": "ftp://example.org/a.mp3"}
    answers = [owners.post("/v1/transcripts/import", link, format="json").status_code for _ in range(2)]
    assert answers == [400, 429]
    assert owners.get("/v1/transcripts").status_code == 200


# --- whose address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "192.0.2.1"),
        (0, "198.51.100.1", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "10.9.9.9,203.0.113.9 ,198.51.100.1", "203.0.113.9"),
        (3, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (1, " , ", "192.0.2.1"),
    ],
)
def test_only_our_proxies_are_believed(
    settings: LazySettings, proxies: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")
    assert limits.address_of(request) == expected


# --- signing in


def sign_in(client: Client, email: str, password: str, path: str = "/sign-in", **extra: str) -> tuple[int, str]:
    answer = client.post(path, {"username": email, "password": password}, **extra)  # type: ignore[arg-type]
    return answer.status_code, answer.headers.get("Retry-After", "")


@time_machine.travel(MOMENT, tick=False)
def test_passwords_cannot_be_tried_without_end(settings: LazySettings, client: Client, owner: User) -> None:
    settings.RATE_LIMITS["sign-in"] = (2, 60)
    tries = [sign_in(client, owner.email, "wrong") for _ in range(3)]
    assert tries == [(200, ""), (200, ""), (429, "11")]
    assert sign_in(client, owner.email.upper(), PASSWORD) == (429, "11")  # nor is it told whether it was right
    page = client.post("/sign-in", {"username": owner.email, "password": PASSWORD}).content.decode()
    assert "Too many requests. Try again in 11 seconds." in page
    assert sign_in(client, owner.email, PASSWORD, REMOTE_ADDR="192.0.2.7")[0] == 302


@time_machine.travel(MOMENT, tick=False)
def test_who_signs_in_is_not_counted(settings: LazySettings, client: Client, owner: User) -> None:
    settings.RATE_LIMITS["sign-in"] = (2, 60)
    for password, status in (("wrong", 200), (PASSWORD, 302), ("wrong", 200), ("wrong", 200), (PASSWORD, 429)):
        client.logout()
        assert sign_in(client, owner.email, password)[0] == status


@time_machine.travel(MOMENT, tick=False)
def test_nor_can_one_password_be_tried_on_everybody(settings: LazySettings, client: Client, owner: User) -> None:
    settings.RATE_LIMITS["sign-in"] = (1, 60)
    tries = [sign_in(client, f"person-{number}@example.org", "123456")[0] for number in range(11)]
    assert tries == [200] * 10 + [429]


@time_machine.travel(MOMENT, tick=False)
def test_the_admin_site_counts_too(settings: LazySettings, client: Client, owner: User) -> None:
    settings.RATE_LIMITS["sign-in"] = (1, 60)
    sign_in(client, owner.email, "wrong", "/admin/login/")
    User.objects.update(is_staff=True)
    answer = client.post("/admin/login/", {"username": owner.email, "password": PASSWORD})
    assert "Too many requests. Try again in 11 seconds." in answer.content.decode()


def test_redis_is_not_left_to_hang(settings: LazySettings) -> None:
    """A client that is told to give up soon."""
    options = limits._client().connection_pool.connection_kwargs
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.25, 0.25)
    assert isinstance(limits._client(), redis.Redis)
