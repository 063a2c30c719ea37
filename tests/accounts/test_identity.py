"""Who opens a WebSocket, and whether they still may: every credential, real sessions, a real issuer."""

from __future__ import annotations

import time
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.credentials import Identity
from accounts.domain import create_api_key
from accounts.identity import AccountRefused, CannotTell, Unauthenticated, chosen_subprotocol, identify, still_valid
from accounts.models import ApiKey, User
from tests.accounts.handshakes import handshake
from tests.conftest import PASSWORD
from tests.peers.oidc import OidcPeer

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(owner: User) -> Client:
    client = Client()
    assert client.login(email=owner.email, password=PASSWORD)
    return client


def with_cookie(client: Client, name: str = "sessionid") -> dict[str, Any]:
    return handshake(headers=(("Cookie", f"theme=dark; {name}={client.cookies['sessionid'].value}; csrftoken=x"),))


def change_session(client: Client, **changed: Any) -> None:
    session = client.session
    for key, value in changed.items():
        session[key] = value
    session.save()


def refusal(scope: dict[str, Any], kind: type[Unauthenticated] = Unauthenticated) -> str:
    with pytest.raises(Unauthenticated) as caught:
        identify(scope)
    assert type(caught.value) is kind
    assert len(str(caught.value).encode()) <= 120  # fits into the reason of a close
    return str(caught.value)


def is_stranger(scope: dict[str, Any]) -> bool:
    identity = identify(scope)
    return (identity.kind, identity.user.is_authenticated) == ("nobody", False) and still_valid(identity)


# --- sessions


def test_a_session(signed_in: Client, owner: User) -> None:
    identity = identify(with_cookie(signed_in))
    assert (identity.user, identity.kind) == (owner, "session")
    assert identity.key == identify(with_cookie(signed_in)).key
    assert identity.expires_at is not None
    assert abs(identity.expires_at - time.time() - 14 * 86400) < 60
    assert still_valid(identity)


def test_sessions_of_one_person_have_keys_of_their_own(signed_in: Client, owner: User) -> None:
    second = Client()
    second.force_login(owner)
    assert identify(with_cookie(signed_in)).key != identify(with_cookie(second)).key


def test_nothing_that_is_shown_opens_a_session(signed_in: Client) -> None:
    secret = signed_in.cookies["sessionid"].value
    identity = identify(with_cookie(signed_in))
    assert secret not in repr(identity)
    assert secret not in identity.key


def test_queries_of_a_session(signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        identity = identify(with_cookie(signed_in))
    with django_assert_num_queries(2):
        assert still_valid(identity)


def test_the_cookie_has_the_name_of_the_settings(signed_in: Client, settings: LazySettings) -> None:
    settings.SESSION_COOKIE_NAME = "other"
    assert identify(with_cookie(signed_in, "other")).kind == "session"
    assert is_stranger(with_cookie(signed_in))


def test_signing_out_ends_it(signed_in: Client) -> None:
    scope = with_cookie(signed_in)
    identity = identify(scope)
    signed_in.logout()
    assert not still_valid(identity)
    assert is_stranger(scope)


def test_a_new_password_ends_it(signed_in: Client, owner: User) -> None:
    identity = identify(with_cookie(signed_in))
    owner.set_password("another horse")
    owner.save(update_fields=["password"])
    assert not still_valid(identity)
    assert is_stranger(with_cookie(signed_in))


def test_an_account_that_is_switched_off_ends_it(signed_in: Client) -> None:
    identity = identify(with_cookie(signed_in))
    User.objects.update(is_active=False)
    assert not still_valid(identity)
    assert is_stranger(with_cookie(signed_in))


def test_a_deleted_account_ends_it(signed_in: Client, owner: User) -> None:
    identity = identify(with_cookie(signed_in))
    owner.delete()
    assert not still_valid(Identity(identity.user, "session", identity.key, None, identity.credential))
    assert is_stranger(with_cookie(signed_in))


def test_an_expired_session(signed_in: Client) -> None:
    identity = identify(with_cookie(signed_in))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not still_valid(identity)
    assert is_stranger(with_cookie(signed_in))


def test_a_session_that_was_prolonged_goes_on(signed_in: Client) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=0.2))
    identity = identify(with_cookie(signed_in))
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    time.sleep(0.21)
    assert identity.expires_at is not None
    assert identity.expires_at < time.time()
    assert still_valid(identity)


def test_a_session_that_became_somebody_elses(signed_in: Client, stranger: User) -> None:
    identity = identify(with_cookie(signed_in))
    other = Client()
    other.force_login(stranger)
    change_session(signed_in, **dict(other.session.items()))
    assert identify(with_cookie(signed_in)).user == stranger
    assert not still_valid(identity)


@pytest.mark.parametrize("backend", ["somewhere.Else", None])
def test_a_backend_that_is_not_known(signed_in: Client, backend: str | None) -> None:
    change_session(signed_in, **{BACKEND_SESSION_KEY: backend})
    assert is_stranger(with_cookie(signed_in))


@pytest.mark.parametrize("hash", ["", None, "wrong"])
def test_a_session_without_the_hash_of_the_password(signed_in: Client, hash: str | None) -> None:
    change_session(signed_in, **{HASH_SESSION_KEY: hash})
    assert is_stranger(with_cookie(signed_in))


def test_an_older_secret_key_that_is_still_known(signed_in: Client, settings: LazySettings) -> None:
    data, key = dict(signed_in.session.items()), settings.SECRET_KEY
    settings.SECRET_KEY = "a new one, and long enough to be one"
    change_session(signed_in, **data)  # the store signs its data too; this leaves the hash of the older key
    assert is_stranger(with_cookie(signed_in))
    settings.SECRET_KEY_FALLBACKS = [key]
    identity = identify(with_cookie(signed_in))
    assert still_valid(identity)
    assert dict(signed_in.session.items()) == data


def test_a_session_of_nobody(db: None) -> None:
    store = import_module("django.contrib.sessions.backends.db").SessionStore()
    store["colour"] = "blue"
    store.save()
    assert is_stranger(handshake(headers=(("Cookie", f"sessionid={store.session_key}"),)))


@pytest.mark.parametrize(
    "cookie",
    ["", "sessionid=", "sessionid=short", 'sessionid="a\\000b"', "sessionid=é", "sessionid=" + "x" * 9000, ";;="],
)
def test_cookies_that_are_no_sessions(cookie: str) -> None:
    assert is_stranger(handshake(headers=(("Cookie", cookie),)))


def test_an_engine_without_a_table(owner: User, settings: LazySettings) -> None:
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cache"
    client = Client()
    client.force_login(owner)
    identity = identify(with_cookie(client))
    assert identity.expires_at is None
    assert still_valid(identity)
    client.logout()
    assert not still_valid(identity)


def test_nobody(db: None) -> None:
    assert is_stranger(handshake())
    assert is_stranger({"type": "websocket"})


# --- API keys


@pytest.mark.parametrize("where", ["subprotocol", "X-API-Key", "Authorization"])
def test_an_api_key(owner: User, where: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key, text = create_api_key(user=owner)
    key.touch()
    scope = (
        handshake("bearer", text)
        if where == "subprotocol"
        else handshake(headers=((where, f"Bearer {text}" if where == "Authorization" else text),))
    )
    with django_assert_num_queries(1):
        identity = identify(scope)
    assert (identity.user, identity.kind, identity.key) == (owner, "api-key", f"api-key:{key.pk}")
    assert identity.expires_at is None
    with django_assert_num_queries(1):
        assert still_valid(identity)
    ApiKey.objects.update(revoked_at=timezone.now())
    assert not still_valid(identity)
    assert refusal(scope) == "The API key is not valid."


def test_a_key_of_somebody_who_may_not_sign_in(owner: User) -> None:
    _, text = create_api_key(user=owner)
    identity = identify(handshake("bearer", text))
    User.objects.update(is_active=False)
    assert not still_valid(identity)
    refusal(handshake("bearer", text))


def test_a_key_that_was_given_to_somebody_else(owner: User, stranger: User) -> None:
    key, text = create_api_key(user=owner)
    identity = identify(handshake("bearer", text))
    ApiKey.objects.filter(pk=key.pk).update(user=stranger)
    assert not still_valid(identity)


def test_a_deleted_key(owner: User) -> None:
    key, text = create_api_key(user=owner)
    identity = identify(handshake("bearer", text))
    key.delete()
    assert not still_valid(identity)


# --- tokens


@pytest.mark.parametrize("where", ["subprotocol", "header"])
def test_a_token(issuer: OidcPeer, where: str, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    expires = int(time.time()) + 200
    token = issuer.token(exp=expires)
    scope = (
        handshake("bearer", token)
        if where == "subprotocol"
        else handshake(headers=(("Authorization", f"Bearer {token}"),))
    )
    identity = identify(scope)  # makes the user
    assert identity.user == User.objects.get()
    assert (identity.kind, identity.expires_at) == ("jwt", expires + 30)
    assert identity.key == f"jwt:{identity.user.pk}:{expires + 30}"
    with django_assert_num_queries(1):
        assert identify(scope) == identity
    with django_assert_num_queries(1):
        assert still_valid(identity)


def test_a_token_ends(
    issuer: OidcPeer, settings: LazySettings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.OIDC_LEEWAY = 0
    token = issuer.token(exp=int(time.time()) + 2)
    identity = identify(handshake("bearer", token))
    assert still_valid(identity)
    assert identity.expires_at is not None
    time.sleep(max(0.0, identity.expires_at - time.time()) + 0.01)
    with django_assert_num_queries(0):
        assert not still_valid(identity)
    assert refusal(handshake("bearer", token)) == "The token has expired."


def test_a_token_of_an_account_that_is_switched_off(issuer: OidcPeer) -> None:
    identity = identify(handshake("bearer", issuer.token()))
    User.objects.update(is_active=False)
    assert not still_valid(identity)
    refusal(handshake("bearer", issuer.token()), AccountRefused)


def test_a_token_whose_account_was_unlinked(issuer: OidcPeer) -> None:
    identity = identify(handshake("bearer", issuer.token()))
    User.objects.update(oidc_issuer=None, oidc_subject=None)
    assert not still_valid(identity)


def test_a_token_after_the_issuer_was_changed(issuer: OidcPeer, settings: LazySettings) -> None:
    identity = identify(handshake("bearer", issuer.token()))
    settings.OIDC_ISSUER = "https://other.example.org"
    assert not still_valid(identity)


def test_tokens_that_are_refused(issuer: OidcPeer, owner: User) -> None:
    assert refusal(handshake("bearer", issuer.token(aud="x"))) == "The token is meant for another audience."
    refusal(handshake("bearer", issuer.token(email=owner.email, email_verified=False)), AccountRefused)
    issuer.down = True
    assert identify(handshake("bearer", issuer.token()))  # the keys are kept
    refusal(handshake("bearer", issuer.token(key="second")))  # asked a moment ago: unknown


def test_an_issuer_that_does_not_answer(issuer: OidcPeer) -> None:
    issuer.down = True
    refusal(handshake("bearer", issuer.token()), CannotTell)


# --- which of them counts


@pytest.mark.parametrize(
    "offered", [["bearer"], ["bearer", "a", "b"], ["x", "bearer"], ["bearer", "é"], ["bearer", ""]]
)
def test_subprotocols_that_say_nothing(signed_in: Client, offered: list[str]) -> None:
    """A cookie beside them does not make them good."""
    refusal({**with_cookie(signed_in), "subprotocols": offered})


def test_what_is_sent_on_purpose_counts_before_the_cookie(signed_in: Client, stranger: User) -> None:
    _, text = create_api_key(user=stranger)
    cookie = with_cookie(signed_in)
    assert identify({**cookie, "subprotocols": ["bearer", text]}).user == stranger
    cookie["headers"].append((b"x-api-key", text.encode()))
    assert identify(cookie).user == stranger
    cookie["headers"].append((b"authorization", b"Bearer wrong"))
    refusal(cookie)


def test_headers_of_different_people(issuer: OidcPeer, owner: User) -> None:
    _, text = create_api_key(user=owner)
    scope = handshake(headers=(("X-API-Key", text), ("Authorization", f"Bearer {issuer.token()}")))
    assert refusal(scope) == "The API key and the token belong to different people."


def test_a_header_that_comes_twice(owner: User) -> None:
    _, text = create_api_key(user=owner)
    refusal(handshake(headers=(("X-API-Key", text), ("X-API-Key", text))))


def test_other_subprotocols_leave_the_cookie_alone(signed_in: Client) -> None:
    assert identify({**with_cookie(signed_in), "subprotocols": ["chat"]}).kind == "session"


def test_no_token_in_the_address(owner: User) -> None:
    _, text = create_api_key(user=owner)
    assert is_stranger({**handshake(), "query_string": f"token={text}&access_token={text}".encode()})


@pytest.mark.parametrize(
    ("offered", "chosen"), [([], None), (["chat"], None), (["bearer", "x"], "bearer"), (["chat", "bearer"], "bearer")]
)
def test_the_token_is_never_the_subprotocol(offered: list[str], chosen: str | None) -> None:
    assert chosen_subprotocol(handshake(*offered)) == chosen
    assert chosen_subprotocol({"type": "websocket", "subprotocols": offered}) == chosen
