"""The issuer's keys: fetched when needed, kept, and never asked for faster than allowed. Real HTTP throughout."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accounts.oidc.issuer import MAX_DOCUMENT, IssuerError, IssuerKeys, fetch_keys
from tests.peers.oidc import KEYS, OidcPeer, public_jwk


def test_keys_are_fetched_once_and_kept(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url)
    for algorithm in ("RS256", "RS384", "RS512") * 5:
        assert keys.find("first", algorithm)
    assert issuer.fetches() == 1


def test_a_new_key_is_found_and_the_old_one_goes(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url, retry_seconds=0)
    assert keys.find("first", "RS256")
    issuer.keys = [public_jwk("second")]
    assert keys.find("second", "RS256")
    assert keys.find("first", "RS256") is None


def test_a_withdrawn_key_goes_with_age(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url, retry_seconds=0, max_age=0.05)
    assert keys.find("first", "RS256")
    issuer.keys = [public_jwk("second")]
    time.sleep(0.06)
    assert keys.find("first", "RS256") is None


def test_a_flood_of_unknown_keys_asks_once(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url, retry_seconds=60)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: keys.find(f"unknown-{n}", "RS256"), range(200)))
    assert set(found) == {None}
    assert issuer.fetches() == 1


def test_the_issuer_is_asked_again_after_the_pause(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url, retry_seconds=0.1)
    assert keys.find("second", "RS256") is None
    issuer.keys.append(public_jwk("second"))
    assert keys.find("second", "RS256") is None
    time.sleep(0.11)
    assert keys.find("second", "RS256")
    assert issuer.fetches() == 2


def test_an_issuer_that_is_down_leaves_the_keys_it_had(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url, retry_seconds=0, max_age=0)
    assert keys.find("first", "RS256")
    issuer.down = True
    assert keys.find("first", "RS256")
    with pytest.raises(IssuerError, match="answers 503"):
        keys.find("second", "RS256")
    issuer.down = False
    assert keys.find("second", "RS256") is None


def test_an_issuer_that_was_down_is_not_asked_by_every_request(issuer: OidcPeer) -> None:
    issuer.down = True
    keys = IssuerKeys(issuer.url)
    for _ in range(20):
        with pytest.raises(IssuerError):
            keys.find("first", "RS256")
    assert len(issuer.requests) == 1


def test_nobody_waits_for_a_slow_issuer_who_has_a_key(issuer: OidcPeer) -> None:
    keys = IssuerKeys(issuer.url, retry_seconds=0, max_age=0)
    assert keys.find("first", "RS256")
    issuer.delay = 0.5
    with ThreadPoolExecutor(4) as pool:
        took = list(pool.map(lambda _: _seconds_to_find(keys), range(4)))
    assert sorted(took)[2] < 0.3  # all but the one that fetches


def _seconds_to_find(keys: IssuerKeys) -> float:
    begun = time.monotonic()
    assert keys.find("first", "RS256")
    return time.monotonic() - begun


def test_a_silent_issuer_is_given_up(issuer: OidcPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.oidc.issuer.TIMEOUT", 0.2)
    issuer.delay = 1
    begun = time.monotonic()
    with pytest.raises(IssuerError, match="does not answer"):
        fetch_keys(issuer.url)
    assert time.monotonic() - begun < 0.8


def test_nobody_listens() -> None:
    with pytest.raises(IssuerError, match=r"does not answer \(ConnectError\)"):
        fetch_keys("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        ({"issuer": "https://evil.example.org"}, "another issuer, 'https://evil.example.org'"),
        ({"issuer": None}, "another issuer"),
        ({"jwks_uri": None}, "names no https:// address of keys"),
        ({"jwks_uri": "file:///etc/passwd"}, "names no https:// address of keys"),
        ({"jwks_uri": "http://"}, "does not answer"),
    ],
)
def test_a_wrong_discovery_is_not_believed(issuer: OidcPeer, says: dict[str, Any], problem: str) -> None:
    issuer.discovery = says
    with pytest.raises(IssuerError, match=problem):
        fetch_keys(issuer.url)


def test_a_slash_more_is_another_issuer(issuer: OidcPeer) -> None:
    with pytest.raises(IssuerError, match="another issuer"):
        fetch_keys(issuer.url + "/")


def test_an_address_of_keys_needs_no_discovery(issuer: OidcPeer) -> None:
    issuer.discovery = {"issuer": "https://other.example.org"}
    assert [key.kid for key in fetch_keys("https://other.example.org", issuer.url + KEYS)] == ["first"]


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"<html>", "does not answer in JSON"),
        (b"[" * 5000, "does not answer in JSON"),
        (b"[]", "not answer with a JSON object"),
        (b"{}", "lists no key"),
        (b'{"keys": {"kty": "RSA"}}', "lists no key"),
        (b" " * (MAX_DOCUMENT + 1), "sends too much"),
    ],
)
def test_what_is_no_list_of_keys(issuer: OidcPeer, raw: bytes, problem: str) -> None:
    issuer.raw = raw
    with pytest.raises(IssuerError, match=problem):
        fetch_keys(issuer.url)


def test_only_keys_that_can_be_trusted_are_taken(issuer: OidcPeer) -> None:
    issuer.keys = [
        "no key",
        {"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric"},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        {"kty": ["RSA"], "kid": "strange"},
        {"kty": "EC", "crv": "P-256", "kid": "off the curve", "x": "AQ", "y": "AQ"},
        public_jwk("short", kind="RSA-1024"),
        public_jwk("for encryption", use="enc"),
        public_jwk("numbered", kid=7),
        public_jwk("other algorithm", alg="HS256"),
        public_jwk("one algorithm", alg="RS512"),
        public_jwk("curve", kind="P-256"),
        public_jwk("longer curve", kind="P-384"),
    ]
    assert {key.kid: key.algorithms for key in fetch_keys(issuer.url)} == {
        "one algorithm": ("RS512",),
        "curve": ("ES256",),
        "longer curve": ("ES384",),
    }


def test_a_token_without_kid_is_clear_where_there_is_one_key(issuer: OidcPeer) -> None:
    issuer.keys = [public_jwk("first"), public_jwk("curve", kind="P-256")]
    keys = IssuerKeys(issuer.url, retry_seconds=0)
    assert keys.find(None, "RS256") == keys.find("first", "RS256") != keys.find(None, "ES256")
    issuer.keys.append(public_jwk("second"))
    assert keys.find("second", "RS256")
    assert keys.find(None, "RS256") is None
