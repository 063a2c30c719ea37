"""Who opens a WebSocket, and whether they still may. Synchronous, and asks the database: call it from a thread.

Queries, whatever arrives: a session 3, an API key 1 (and a write at most once a minute), a token 1 (more at its first
sight); to look again, a session 2, the others 1.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import parse_cookie

from accounts import grants, sessions
from accounts.credentials import AccountRefused, CannotTell, Identity, Unauthenticated, of_bearer, of_grants, of_headers
from accounts.guests import Guest, subjects_of
from accounts.models import ApiKey, User
from accounts.origins import same_origin
from accounts.scopes import headers_of

__all__ = [
    "AccountRefused",
    "CannotTell",
    "Identity",
    "Unauthenticated",
    "chosen_subprotocol",
    "identify",
    "same_origin",
    "still_valid",
]

SUBPROTOCOL = "bearer"
NOBODY = "Sign in first."
#: All of them may watch the same, so one look at the database answers for all.
STRANGER = Identity(AnonymousUser(), "nobody", "nobody", None)


def identify(scope: Mapping[str, Any]) -> Identity:
    """Who sends this handshake: by subprotocols `bearer, <API key, JWT or guest's grant>`, else by headers, else by
    session cookie.

    What is sent counts: a wrong token is not made good by a cookie. Who sends nothing is a stranger, and so is who
    comes with a session in which nobody is signed in. Whoever lets a session in asks `same_origin` too.
    Raises Unauthenticated.
    """
    if SUBPROTOCOL in _offered(scope):
        return _of_subprotocols(scope)
    api_key, authorization, grant = (
        ",".join(headers_of(scope, name)) for name in ("x-api-key", "authorization", "x-guest-grant")
    )
    if found := of_headers(api_key, authorization):
        return found
    return of_grants([grants.hash_of(grant.strip())]) if grant else _of_cookie(scope)


def still_valid(identity: Identity) -> bool:
    """Ask the database again: is the session there, the key not revoked, the token not expired, the user active?

    A session may have been prolonged since, so that its `expires_at` is only when to ask.
    """
    if identity.grants and isinstance(identity.user, Guest | User):
        identity.user.granted = grants.still_live(identity.grants)  # of several, one may have ended
    if not isinstance(identity.user, User):
        return identity.kind == "nobody" or bool(subjects_of(identity.user))
    if identity.kind == "session":
        user = sessions.user_of(identity.credential)
        return user is not None and user.pk == identity.user.pk
    if identity.kind == "api-key":
        return ApiKey.objects.live().filter(pk=identity.credential, user=identity.user).exists()
    if identity.expires_at is None or identity.expires_at <= time.time():
        return False
    linked = User.objects.filter(pk=identity.user.pk, oidc_subject=identity.credential, is_active=True)
    return linked.filter(oidc_issuer=settings.OIDC_ISSUER).exists()


def chosen_subprotocol(scope: Mapping[str, Any]) -> str | None:
    """What to accept the handshake with: `bearer` where the client offered it, never the token beside it."""
    return SUBPROTOCOL if SUBPROTOCOL in _offered(scope) else None


def _offered(scope: Mapping[str, Any]) -> list[str]:
    return list(scope.get("subprotocols") or ())


def _of_subprotocols(scope: Mapping[str, Any]) -> Identity:
    offered = _offered(scope)
    following = offered[offered.index(SUBPROTOCOL) + 1 :]
    if len(following) != 1 or not following[0].isascii():
        raise Unauthenticated("After the subprotocol bearer comes one API key or token.")
    return of_bearer(following[0])


def _of_cookie(scope: Mapping[str, Any]) -> Identity:
    cookies = parse_cookie("; ".join(headers_of(scope, "cookie")))
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    # PostgreSQL takes no NUL, and no session has such a key.
    if not key or not key.isascii() or not key.isprintable():
        return STRANGER
    user, held = sessions.opened(key)
    if user is None:
        return of_grants(live) if (live := [grant.secret_hash for grant in grants.live(held)]) else STRANGER
    if found := grants.live(held):
        user.granted = frozenset(grant.subject for grant in found)
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return Identity(user, "session", f"session:{digest}", sessions.expiry_of(key), key, tuple(held))
