"""Signing in at the OIDC issuer: the authorization code flow with PKCE, state and nonce, as Authlib speaks it.

`begin` gives the address to go to, and keeps in the session what only this browser may know; `finish` takes what the
issuer sent back with it. Who the person is here, `token_users.user_for` decides, as it does for tokens of the API.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

from accounts.models import User
from accounts.oidc.issuer import TIMEOUT, IssuerError
from accounts.oidc.provider import Provider, configured_provider
from accounts.oidc.token_users import Refusal, user_for
from accounts.oidc.tokens import InvalidToken, verify_id_token

SESSION_KEY = "oidc_begun"
#: Seconds that people may take at the issuer, and how many tabs may be on their way at a time.
PATIENCE, MOST = 15 * 60, 5

DOWN = "{name} does not answer just now. Try again in a moment."
DENIED = "{name} did not let you in, or you stopped on the way. Try again, or ask your administrator."
FAILED = "{name} could not sign you in{reason}. Try again, or ask your administrator."
UNKNOWN = "This sign-in was begun in another browser, was used before, or took too long. Begin again."
UNTRUSTED = "What {name} said about you cannot be trusted, so you are not signed in. Begin again."


class SignInFailed(Exception):
    """A sentence for the person who wanted to sign in. `next`: where they wanted to go."""

    def __init__(self, sentence: str, next: str = "") -> None:
        super().__init__(sentence.format(name=settings.OIDC_NAME, reason=""))
        self.next = next


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: User
    next: str
    id_token: str


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def begin(session: SessionBase, *, next: str) -> str:
    """The address at the issuer to go to. Raises SignInFailed."""
    provider = _provider(next)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = {key: kept for key, kept in session.get(SESSION_KEY, {}).items() if kept["at"] > time.time() - PATIENCE}
    begun[state] = {"nonce": nonce, "verifier": verifier, "next": next, "at": time.time()}
    session[SESSION_KEY] = dict(list(begun.items())[-MOST:])
    with _client(provider) as client:
        address, _ = client.create_authorization_url(
            provider.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
        )
    return str(address)


def finish(session: SessionBase, answer: Mapping[str, str]) -> SignedIn:
    """Who has signed in, of what the issuer sent back (`?code=&state=`). Raises SignInFailed."""
    begun = _taken(session, answer.get("state", ""))
    then = begun["next"]
    if "error" in answer:
        raise SignInFailed(DENIED if answer["error"] == "access_denied" else FAILED, then)
    if answer.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:  # RFC 9207: the answer of another issuer
        raise SignInFailed(UNTRUSTED, then)
    id_token = _exchanged(_provider(then), answer.get("code", ""), begun["verifier"], then)
    try:
        claims = verify_id_token(id_token, client_id=settings.OIDC_CLIENT_ID, nonce=begun["nonce"])
        return SignedIn(user_for(claims), then, id_token)
    except InvalidToken:
        raise SignInFailed(UNTRUSTED, then) from None
    except IssuerError:
        raise SignInFailed(DOWN, then) from None
    except Refusal as refusal:
        raise SignInFailed(str(refusal), then) from None


def sign_out_address(id_token: str) -> str | None:
    """Where to go to sign out at the issuer too; None where it has no such place, or does not answer."""
    try:
        provider = configured_provider()
    except IssuerError:
        return None
    if not provider.end_session_endpoint:
        return None
    query = {
        "id_token_hint": id_token,
        "client_id": settings.OIDC_CLIENT_ID,
        "post_logout_redirect_uri": settings.BASE_URL + reverse("sign-in"),
    }
    return str(httpx2.URL(provider.end_session_endpoint).copy_merge_params(query))


def redirect_uri() -> str:
    """What the issuer must know as an address of this site."""
    return str(settings.BASE_URL + reverse("oidc-return"))


def _taken(session: SessionBase, state: str) -> dict[str, Any]:
    """What this browser knows of that sign-in; only once."""
    begun = {**session.get(SESSION_KEY, {})}
    found: dict[str, Any] | None = begun.pop(state, None)
    session[SESSION_KEY] = begun
    if found is None or found["at"] < time.time() - PATIENCE:
        raise SignInFailed(UNKNOWN, found["next"] if found else "")
    return found


def _exchanged(provider: Provider, code: str, verifier: str, next: str) -> str:
    """The id token for the code."""
    try:
        with _client(provider) as client:
            answer = client.fetch_token(provider.token_endpoint, code=code, code_verifier=verifier)
    except AuthlibBaseError:
        raise SignInFailed(FAILED, next) from None
    except (httpx2.HTTPError, ValueError):
        raise SignInFailed(DOWN, next) from None
    found = answer.get("id_token")
    if not isinstance(found, str):
        raise SignInFailed(UNTRUSTED, next)
    return found


def _provider(next: str) -> Provider:
    try:
        return configured_provider()
    except IssuerError:
        raise SignInFailed(DOWN, next) from None


def _client(provider: Provider) -> OAuth2Client:
    return OAuth2Client(
        client_id=settings.OIDC_CLIENT_ID,
        client_secret=settings.OIDC_CLIENT_SECRET or None,
        token_endpoint_auth_method=provider.token_auth_method,
        scope=settings.OIDC_SCOPES,
        redirect_uri=redirect_uri(),
        code_challenge_method="S256",
        timeout=TIMEOUT,
        follow_redirects=False,
    )
