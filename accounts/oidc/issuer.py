"""The public keys of an OIDC issuer: fetched when one is needed, kept, and asked for again no more than so often."""

from __future__ import annotations

import functools
import json
import threading
import time
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from django.conf import settings

#: Signatures that are accepted, by the kind of key. No HS*: its key would be public. No `none`.
RSA = ("RS256", "RS384", "RS512")
CURVES = {"P-256": ("ES256",), "P-384": ("ES384",)}
ALGORITHMS = (*RSA, *(name for names in CURVES.values() for name in names))

#: Seconds between two attempts to fetch keys, whatever tokens arrive.
RETRY_SECONDS = 10.0
#: Seconds after which keys are fetched again unasked, so that a withdrawn one goes.
MAX_AGE = 3600.0
#: Seconds that the issuer may take, for each wait and for the whole answer.
TIMEOUT = 5.0
#: The longest document that is read, bytes, and the shortest RSA key that is trusted, bits.
MAX_DOCUMENT = 1 << 18
MIN_RSA_BITS = 2048


class IssuerError(Exception):
    """The issuer does not answer, or not as it should. The message is a sentence without full stop, for admins."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    kid: str | None
    algorithms: tuple[str, ...]
    key: Any  # of the package cryptography


class IssuerKeys:
    """The keys of one issuer, shared by the threads of this process.

    An unknown `kid` makes it fetch, at most every `retry_seconds`; so does age. While the issuer is down, the keys that
    it had go on to serve.
    """

    def __init__(
        self, issuer: str, jwks_url: str = "", *, retry_seconds: float = RETRY_SECONDS, max_age: float = MAX_AGE
    ) -> None:
        self._issuer, self._jwks_url = issuer, jwks_url
        self._retry_seconds, self._max_age = retry_seconds, max_age
        self._keys: tuple[PublicKey, ...] = ()
        self._fetched_at = self._tried_at = float("-inf")  # of time.monotonic()
        self._problem = ""
        self._lock = threading.Lock()

    def find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """The key for that signature; None where the issuer has none. Raises IssuerError where it cannot be asked."""
        key = self._pick(kid, algorithm)
        if key is None or time.monotonic() - self._fetched_at > self._max_age:
            self._refresh(wait=key is None)
            key = self._pick(kid, algorithm)
        if key is None and self._problem:
            raise IssuerError(self._problem)
        return key

    def _pick(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """A token without `kid` is clear only where one key can be meant."""
        fitting = [each for each in self._keys if algorithm in each.algorithms and kid in (None, each.kid)]
        return fitting[0] if fitting and (kid is not None or len(fitting) == 1) else None

    def _refresh(self, *, wait: bool) -> None:
        """Fetch, one thread at a time; `wait` for another's fetch only where nothing can be done without it."""
        if not self._lock.acquire(blocking=wait):
            return
        try:
            if time.monotonic() - self._tried_at < self._retry_seconds:
                return
            self._fetch()
        finally:
            self._lock.release()

    def _fetch(self) -> None:
        try:
            self._keys, self._problem = fetch_keys(self._issuer, self._jwks_url), ""
            self._fetched_at = time.monotonic()
        except IssuerError as error:
            self._problem = str(error)
        finally:
            self._tried_at = time.monotonic()


@functools.lru_cache(maxsize=8)
def _keys_of(issuer: str, jwks_url: str) -> IssuerKeys:
    return IssuerKeys(issuer, jwks_url)


def configured_keys() -> IssuerKeys:
    """Those of the issuer that the settings name, one object per process."""
    return _keys_of(settings.OIDC_ISSUER, settings.OIDC_JWKS_URL)


def fetch_keys(issuer: str, jwks_url: str = "") -> tuple[PublicKey, ...]:
    """Ask the issuer for its keys now, by its discovery document unless `jwks_url` is given. Raises IssuerError."""
    deadline = time.monotonic() + TIMEOUT
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
        address = jwks_url or _keys_address(_discovery(client, issuer, deadline), issuer)
        listed = _document(client, address, deadline).get("keys")
    keys = tuple(key for each in listed if (key := _public_key(each))) if isinstance(listed, list) else ()
    if not keys:
        raise IssuerError(f"{address} lists no key that can be used ({', '.join(ALGORITHMS)})")
    return keys


def fetch_discovery(issuer: str) -> dict[str, Any]:
    """What the issuer says of itself, now. Raises IssuerError."""
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as client:
        return _discovery(client, issuer, time.monotonic() + TIMEOUT)


def discovery_url(issuer: str) -> str:
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def _discovery(client: httpx.Client, issuer: str, deadline: float) -> dict[str, Any]:
    """Whoever answers for another issuer is not believed."""
    document = _document(client, discovery_url(issuer), deadline)
    if document.get("issuer") != issuer:
        raise IssuerError(f"{discovery_url(issuer)} is that of another issuer, {str(document.get('issuer'))[:200]!r}")
    return document


def _keys_address(document: dict[str, Any], issuer: str) -> str:
    address = document.get("jwks_uri")
    # An issuer that is itself reached over TLS does not give its keys away to whoever sits on the line.
    schemes = ("https://",) if issuer.startswith("https://") else ("https://", "http://")
    if not isinstance(address, str) or not address.startswith(schemes):
        raise IssuerError(f"{discovery_url(issuer)} names no {schemes[0]} address of keys (jwks_uri)")
    return address


def _document(client: httpx.Client, address: str, deadline: float) -> dict[str, Any]:
    """A JSON object from there, of bounded length and in bounded time. Raises IssuerError."""
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    body = b""
    try:
        with client.stream("GET", address, headers=headers) as answer:
            answer.raise_for_status()
            for piece in answer.iter_raw():
                body += piece
                if len(body) > MAX_DOCUMENT or time.monotonic() > deadline:
                    raise IssuerError(f"{address} sends too much, or too slowly")
        document = json.loads(body)
    except httpx.HTTPStatusError as error:
        raise IssuerError(f"{address} answers {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise IssuerError(f"{address} does not answer ({type(error).__name__})") from error
    except (ValueError, RecursionError) as error:
        raise IssuerError(f"{address} does not answer in JSON") from error
    if not isinstance(document, dict):
        raise IssuerError(f"{address} does not answer with a JSON object")
    return document


def _public_key(jwk: object) -> PublicKey | None:
    """A key of the list; None for those that are not for signatures, too short, of other kinds, or broken."""
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    possible = RSA if jwk.get("kty") == "RSA" else CURVES.get(str(jwk.get("crv")), ())
    algorithms = tuple(name for name in possible if jwk.get("alg") in (None, name))
    kid = jwk.get("kid")
    if not algorithms or not isinstance(kid, str | None):
        return None
    public = {name: jwk[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in jwk}
    try:
        key = jwt.PyJWK(public, algorithms[0]).key
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None
    if algorithms[0] in RSA and key.key_size < MIN_RSA_BITS:
        return None
    return PublicKey(kid, algorithms, key)
