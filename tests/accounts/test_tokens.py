"""What makes a token count: its signature, for whom it is, and when. The issuer is real, on localhost."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import LazySettings

from accounts.oidc.issuer import IssuerError
from accounts.oidc.tokens import INVALID, MAX_LENGTH, InvalidToken, looks_like_token, verify
from tests.peers.oidc import AUDIENCE, OidcPeer, forged, private_key, public_jwk

TIMES = ("exp", "nbf", "iat")


def from_now(changed: dict[str, Any]) -> dict[str, Any]:
    """Small numbers in claims of times count from now, in seconds."""
    now = int(time.time())
    return {name: value + now if name in TIMES and type(value) is int else value for name, value in changed.items()}


def refusal(token: str) -> str:
    with pytest.raises(InvalidToken) as caught:
        verify(token)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_a_good_token_says_who(issuer: OidcPeer) -> None:
    now = int(time.time())
    claims = verify(issuer.token(exp=now + 100))
    assert (claims.issuer, claims.subject, claims.expires_at) == (issuer.url, "subject-1", now + 130)
    assert (claims.email, claims.email_verified, claims.name) == ("jwt@example.org", True, "Jo Token")


@pytest.mark.parametrize(
    ("kind", "alg"),
    [("RSA", "RS256"), ("RSA", "RS384"), ("RSA", "RS512"), ("P-256", "ES256"), ("P-384", "ES384")],
)
def test_signatures_that_are_taken(issuer: OidcPeer, kind: str, alg: str) -> None:
    issuer.keys = [public_jwk(f"a {kind}", kind=kind)]
    assert verify(issuer.token(key=f"a {kind}", kind=kind, alg=alg)).subject == "subject-1"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"exp": -60}, "The token has expired."),
        ({"nbf": 90}, "The token is not valid yet."),
        ({"iat": 90}, "The token is not valid yet."),
        ({"aud": "another"}, "The token is meant for another audience."),
        ({"aud": ["another", "third"]}, "The token is meant for another audience."),
        ({"aud": None}, INVALID),
        ({"iss": "https://evil.example.org"}, "The token comes from another issuer."),
        ({"iss": None}, INVALID),
        ({"exp": None}, INVALID),
        ({"exp": "soon"}, INVALID),
        ({"exp": float("inf")}, INVALID),
        ({"sub": None}, INVALID),
        ({"sub": ""}, INVALID),
        ({"sub": "a\0b"}, INVALID),
        ({"sub": "\ud800"}, INVALID),
        ({"sub": "x" * 256}, INVALID),
        ({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}, INVALID),
    ],
)
def test_claims_that_do_not_count(issuer: OidcPeer, changed: dict[str, Any], reason: str) -> None:
    assert refusal(issuer.token(**from_now(changed))) == reason


def test_a_subject_that_is_a_number_does_not_count(issuer: OidcPeer) -> None:
    payload = issuer.claims() | {"sub": 7}
    token = jwt.api_jws.PyJWS().encode(
        str(payload).replace("'", '"').replace("True", "true").encode(), private_key("first"), "RS256", {"kid": "first"}
    )
    assert refusal(token) == INVALID


@pytest.mark.parametrize("changed", [{"exp": -10}, {"nbf": 20}, {"iat": 20}])
def test_clocks_may_differ_by_the_leeway(issuer: OidcPeer, settings: LazySettings, changed: dict[str, Any]) -> None:
    assert verify(issuer.token(**from_now(changed))).subject == "subject-1"
    settings.OIDC_LEEWAY = 0
    assert refusal(issuer.token(**from_now(changed))) in ("The token has expired.", "The token is not valid yet.")


def test_audiences(issuer: OidcPeer, settings: LazySettings) -> None:
    settings.OIDC_AUDIENCE = f"first-app, {AUDIENCE}"
    assert verify(issuer.token(aud=["other", AUDIENCE]))
    settings.OIDC_AUDIENCE = ""  # not checked then, and the doctor says so
    assert verify(issuer.token(aud="anything"))
    assert verify(issuer.token(aud=None))


@pytest.mark.parametrize("type", ["logout+jwt", "secevent+jwt", "dpop+jwt", 7])
def test_tokens_of_other_kinds_do_not_count(issuer: OidcPeer, type: Any) -> None:
    head = forged({"alg": "RS256", "kid": "first", "typ": type}, issuer.claims())
    assert refusal(head if type == 7 else issuer.token(header={"typ": type})) == INVALID


@pytest.mark.parametrize("type", ["JWT", "at+jwt", "application/at+JWT", None])
def test_tokens_of_these_kinds_do(issuer: OidcPeer, type: str | None) -> None:
    assert verify(issuer.token(header={"typ": type}))


def test_a_key_that_is_not_the_issuers(issuer: OidcPeer) -> None:
    assert refusal(issuer.token(key="of somebody else")) == INVALID  # an unknown kid
    assert refusal(issuer.token(key="of somebody else", header={"kid": "first"})) == INVALID


def test_none_is_no_signature(issuer: OidcPeer) -> None:
    for alg in ("none", "None", "NONE", "", None, ["RS256"]):
        assert refusal(forged({"alg": alg, "typ": "JWT", "kid": "first"}, issuer.claims())) == INVALID


def test_the_public_key_is_no_secret_to_sign_with(issuer: OidcPeer) -> None:
    """HS256 with the public key as its secret: taken by a verifier that believes the header."""
    public: Any = private_key("first").public_key()  # type: ignore[union-attr]
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    for secret in (pem, pem.strip(), issuer.keys[0]["n"].encode()):
        body = forged({"alg": "HS256", "typ": "JWT", "kid": "first"}, issuer.claims()).rstrip(".")
        signature = jwt.utils.base64url_encode(signer.sign(body.encode(), secret)).decode()
        assert refusal(f"{body}.{signature}") == INVALID


def test_a_key_brought_along_is_not_used(issuer: OidcPeer) -> None:
    jwk = public_jwk("mine")
    token = issuer.token(key="mine", header={"kid": "first", "jwk": jwk, "jku": "http://127.0.0.1:9/keys"})
    assert refusal(token) == INVALID


def test_an_altered_token(issuer: OidcPeer) -> None:
    head, _, signature = issuer.token().split(".")
    _, payload, _ = forged({}, issuer.claims(sub="admin")).split(".")
    assert refusal(f"{head}.{payload}.{signature}") == INVALID
    assert refusal(f"{head}.{payload}.") == INVALID


def test_critical_extensions_that_nobody_knows(issuer: OidcPeer) -> None:
    assert refusal(issuer.token(header={"crit": ["exp"], "exp": 1})) == INVALID


GARBAGE = ["", ".", "..", "a.b.c", "é.é.é", "\0.\0.\0", "e30.e30.e30", "bnVsbA.bnVsbA.bnVsbA", "." * 500, "\ud800.a.b"]


@pytest.mark.parametrize("token", GARBAGE)
def test_garbage(issuer: OidcPeer, token: str) -> None:
    assert refusal(token) == INVALID
    assert issuer.requests == []  # the issuer is not asked about it


def test_deep_headers(issuer: OidcPeer) -> None:
    deep = jwt.utils.base64url_encode(b"[" * 9000).decode()
    assert refusal(f"{deep}.e30.e30") == INVALID
    assert not looks_like_token(f"{deep}.e30.e30")


def test_a_huge_token_is_not_read(issuer: OidcPeer) -> None:
    assert verify(issuer.token(groups=["a group"] * 800))
    token = issuer.token(groups=["x" * MAX_LENGTH])
    assert refusal(token) == INVALID
    assert not looks_like_token(token)


def test_without_an_issuer_no_token_counts(issuer: OidcPeer, settings: LazySettings) -> None:
    settings.OIDC_ISSUER = ""
    assert refusal(issuer.token()) == INVALID


def test_an_issuer_that_cannot_be_asked_is_told_from_a_wrong_token(issuer: OidcPeer) -> None:
    issuer.down = True
    with pytest.raises(IssuerError):
        verify(issuer.token())


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("Jo@Example.ORG", "jo@example.org"),
        (None, None),
        ("", None),
        ("no address", None),
        (7, None),
        (["a@example.org"], None),
        ("m\u0131ke@example.org", None),  # a dotless i is an I to PostgreSQL
        ("\u212aate@example.org", None),  # the Kelvin sign is a k to Python
        ("a@\u212aate.org", None),
        ("x" * 250 + "@example.org", None),
    ],
)
def test_addresses(issuer: OidcPeer, email: Any, expected: str | None) -> None:
    assert verify(issuer.token(email=email)).email == expected


@pytest.mark.parametrize(
    ("says", "expected"), [(True, True), ("true", True), (False, False), ("false", False), (None, False), ([1], False)]
)
def test_proof_of_an_address(issuer: OidcPeer, says: Any, expected: bool) -> None:
    assert verify(issuer.token(email_verified=says)).email_verified is expected


@pytest.mark.parametrize(("name", "expected"), [("J" * 300, "J" * 200), (7, ""), ("a\0b", ""), (None, "")])
def test_names(issuer: OidcPeer, name: Any, expected: str) -> None:
    assert verify(issuer.token(name=name)).name == expected


def test_an_api_key_is_no_token(issuer: OidcPeer) -> None:
    assert looks_like_token(issuer.token())
    assert not any(map(looks_like_token, ("abc", "a.b.c", "W10.e30.e30", *GARBAGE[:6], "\ud800.a.b")))
