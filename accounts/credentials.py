"""API keys and tokens: whose they are, and how long they hold. HTTP and sockets ask the same way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts import grants
from accounts.domain import live_api_key
from accounts.guests import Asker
from accounts.oidc.issuer import IssuerError
from accounts.oidc.token_users import Refusal, user_for
from accounts.oidc.tokens import InvalidToken, looks_like_token, verify


class Unauthenticated(Exception):
    """Nobody, or nobody who may come in. The message is a sentence of at most 120 bytes without any secret."""


class AccountRefused(Unauthenticated):
    """The credential is genuine, and its account may not be used."""


class CannotTell(Unauthenticated):
    """The token may be genuine: its issuer cannot be asked just now. Try again later."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, and by what. Holds no secret that its `repr` would show."""

    user: Asker
    kind: str  # "session", "api-key", "jwt", "guest", or "nobody" for a stranger
    key: str  # equal where one look at the database can answer for both
    expires_at: float | None  # seconds since 1970, when the credential ends by itself
    credential: str = field(default="", repr=False)  # what `still_valid` looks up: session key, key's id, subject
    grants: tuple[str, ...] = field(default=(), repr=False)  # hashes of the secrets that came with it


def of_headers(api_key: str, authorization: str) -> Identity | None:
    """Whose `X-API-Key` and `Authorization: Bearer` these are ("": not sent); None without either.

    Raises Unauthenticated where one of them is not valid, or where they belong to different people.
    """
    found = []
    if api_key := api_key.strip():
        found.append(_of_api_key(api_key))
    scheme, _, bearer = authorization.strip().partition(" ")
    if scheme.lower() == "bearer" and (bearer := bearer.strip()):
        found.append(of_bearer(bearer))
    if len({each.user.pk for each in found}) > 1:
        raise Unauthenticated("The API key and the token belong to different people.")
    return found[-1] if found else None


def of_bearer(text: str) -> Identity:
    """Whose JWT, API key or guest's grant this is. Raises Unauthenticated."""
    if text.startswith(grants.MARK):
        return of_grants([grants.hash_of(text)])
    return _of_token(text) if looks_like_token(text) else _of_api_key(text)


def of_grants(hashes: Sequence[str]) -> Identity:
    """The guest who holds these secrets, of which one at least opens something. Raises Unauthenticated."""
    found = grants.live(hashes)
    if not found:
        raise Unauthenticated("This link has ended. Ask for a new one.")
    held = tuple(sorted(grant.secret_hash for grant in found))
    digest = hashlib.sha256("".join(held).encode()).hexdigest()[:32]
    last = max(grant.expires_at.timestamp() for grant in found)
    return Identity(grants.as_guest(found), "guest", f"guest:{digest}", last, grants=held)


def _of_api_key(plaintext: str) -> Identity:
    key = live_api_key(plaintext)
    if key is None:
        raise Unauthenticated("The API key is not valid.")
    expires_at = key.expires_at.timestamp() if key.expires_at else None
    return Identity(key.user, "api-key", f"api-key:{key.pk}", expires_at, str(key.pk))


def _of_token(token: str) -> Identity:
    try:
        claims = verify(token)
        user = user_for(claims)
    except InvalidToken as error:
        raise Unauthenticated(str(error)) from None
    except Refusal as error:
        raise AccountRefused(str(error)) from None
    except IssuerError:
        raise CannotTell("The issuer of the token does not answer. Try again later.") from None
    user.came_by = "token"
    return Identity(user, "jwt", f"jwt:{user.pk}:{claims.expires_at:.0f}", claims.expires_at, claims.subject)
