"""One server for each way to send, for all tests; what a test leaves behind in it is a failure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from accounts.domain import create_api_key
from accounts.models import User
from reflector_site.events import bell, hub, sockets, subscription
from tests.accounts.conftest import issuer  # noqa: F401 -- a fixture

from .live import DIRECT, PLAIN, Server, Site, serving


@pytest.fixture(scope="session")
def direct_server(django_db_setup: None) -> Iterator[Server]:
    with serving(DIRECT) as server:
        yield server


@pytest.fixture(scope="session")
def plain_server(django_db_setup: None) -> Iterator[Server]:
    with serving(PLAIN) as server:
        yield server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that the hub does now and then, it does at once."""
    monkeypatch.setattr(hub, "HEAL", 0.1)
    monkeypatch.setattr(hub, "RECHECK", 0.2)
    monkeypatch.setattr(hub, "RECONNECT", 0.05)
    for module in (subscription, sockets):
        monkeypatch.setattr(module, "PATIENCE", 0.5)


@pytest.fixture
def key(transactional_db: None, owner: User) -> str:
    return create_api_key(user=owner)[1]


@pytest.fixture
def strangers_key(transactional_db: None, stranger: User) -> str:
    return create_api_key(user=stranger)[1]


@pytest.fixture
def session_of(transactional_db: None) -> Callable[[User], str]:
    """Sign somebody in; the value of the cookie."""

    def sign_in(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies["sessionid"].value

    return sign_in


@pytest.fixture
def site(direct_server: Server, quick: None, key: str, caplog: pytest.LogCaptureFixture) -> Iterator[Site]:
    yield from _site(direct_server, key, caplog)


@pytest.fixture(params=["direct", "plain"])
def either(request: pytest.FixtureRequest, quick: None, key: str, caplog: pytest.LogCaptureFixture) -> Iterator[Site]:
    """The site under either server."""
    yield from _site(request.getfixturevalue(f"{request.param}_server"), key, caplog)


def _site(server: Server, key: str, caplog: pytest.LogCaptureFixture) -> Iterator[Site]:
    site = Site(server)
    site.key = key
    bell._resting_until = 0.0
    yield site
    site.close()
    wrong = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert wrong == []


@pytest.fixture
def lost_rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing is rung; what would have been is here."""
    lost: list[str] = []
    monkeypatch.setattr(bell, "_publish", lost.append)
    return lost
