"""Where the OIDC issuer signs people in and out: what its discovery document says, kept for an hour."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.oidc.issuer import MAX_AGE, RETRY_SECONDS, IssuerError, discovery_url, fetch_discovery


@dataclass(frozen=True, slots=True)
class Provider:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str  # "" where it has none
    token_auth_method: str  # how this site says to the issuer who it is


@dataclass(slots=True)
class _Kept:
    """What is known of one issuer. While it is down, what it said before goes on to serve."""

    issuer: str
    provider: Provider | None = None
    fetched_at: float = float("-inf")  # of time.monotonic()
    tried_at: float = float("-inf")
    problem: str = ""


_lock = threading.Lock()
_kept = _Kept("")


def configured_provider() -> Provider:
    """That of the issuer in the settings. Raises IssuerError."""
    global _kept  # noqa: PLW0603 -- one memory per process
    with _lock:
        if _kept.issuer != settings.OIDC_ISSUER:
            _kept = _Kept(settings.OIDC_ISSUER)
        now = time.monotonic()
        if now - _kept.fetched_at > MAX_AGE and now - _kept.tried_at > RETRY_SECONDS:
            _fetch(_kept, now)
        if _kept.provider is None:
            raise IssuerError(_kept.problem)
        return _kept.provider


def forget() -> None:
    """Ask the issuer anew the next time."""
    global _kept  # noqa: PLW0603 -- as above
    with _lock:
        _kept = _Kept("")


def _fetch(kept: _Kept, now: float) -> None:
    kept.tried_at = now
    try:
        kept.provider = _provider(fetch_discovery(kept.issuer), kept.issuer)
        kept.fetched_at = now
    except IssuerError as error:
        kept.problem = str(error)


def _provider(document: dict[str, Any], issuer: str) -> Provider:
    return Provider(
        issuer=issuer,
        authorization_endpoint=_endpoint(document, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(document, "token_endpoint", issuer),
        end_session_endpoint=_endpoint(document, "end_session_endpoint", issuer, needed=False),
        token_auth_method=_auth_method(document),
    )


def _endpoint(document: dict[str, Any], name: str, issuer: str, *, needed: bool = True) -> str:
    """An issuer that is itself reached over TLS does not send people, or codes, over open lines."""
    address = document.get(name)
    schemes = ("https://",) if issuer.startswith("https://") else ("https://", "http://")
    if isinstance(address, str) and address.startswith(schemes):
        return address
    if needed:
        raise IssuerError(f"{discovery_url(issuer)} names no {schemes[0]} address as {name}")
    return ""


def _auth_method(document: dict[str, Any]) -> str:
    if not settings.OIDC_CLIENT_SECRET:
        return "none"
    known = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    only_in_form = isinstance(known, list) and "client_secret_basic" not in known and "client_secret_post" in known
    return "client_secret_post" if only_in_form else "client_secret_basic"
