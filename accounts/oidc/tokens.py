"""JSON Web Tokens of the OIDC issuer that the settings name: is one genuine, meant for us, and valid now?"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.crypto import constant_time_compare

from accounts.oidc.issuer import ALGORITHMS, configured_keys

#: The longest token that is looked at, characters. Those of issuers that list many groups reach 8,000.
MAX_LENGTH = 16_384
#: What `typ` in the header may say, in small letters. A logout token, say, is signed as well and proves nothing.
TYPES = ("jwt", "at+jwt", "application/at+jwt")
#: Longer ones are no subjects: OpenID Connect allows 255 characters.
MAX_SUBJECT = 255
MAX_EMAIL = 254
MAX_NAME = 200

INVALID = "The token is not valid."
#: Why a token was refused, in words; every other reason is INVALID.
REASONS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "The token has expired.",
    jwt.ImmatureSignatureError: "The token is not valid yet.",
    jwt.InvalidAudienceError: "The token is meant for another audience.",
    jwt.InvalidIssuerError: "The token comes from another issuer.",
}


class InvalidToken(Exception):
    """The token proves nothing. The message is a sentence for whoever sent it, and holds nothing of the token."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    issuer: str
    subject: str
    expires_at: float  # seconds since 1970, with the leeway: until then the token is accepted
    email: str | None  # ASCII, in small letters
    email_verified: bool
    name: str


def looks_like_token(text: str) -> bool:
    """Whether this is a JWT rather than an API key: three parts, the first of them a JSON object."""
    if text.count(".") != 2 or not text.isascii() or len(text) > MAX_LENGTH:
        return False
    head = text.partition(".")[0]
    try:
        return isinstance(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))), dict)
    except (ValueError, RecursionError):
        return False


def verify(token: str) -> Claims:
    """The claims of a genuine token. Raises InvalidToken, and IssuerError where the keys cannot be had."""
    return _genuine(token, [each.strip() for each in settings.OIDC_AUDIENCE.split(",") if each.strip()])[1]


def verify_id_token(token: str, *, client_id: str, nonce: str) -> Claims:
    """The claims of the token that the issuer made for this very sign-in. Raises as `verify`."""
    payload, claims = _genuine(token, [client_id])
    if not constant_time_compare(str(payload.get("nonce", "")), nonce):
        raise InvalidToken(INVALID)
    if payload.get("azp", client_id) != client_id:  # made for somebody else, who may pass it on to us
        raise InvalidToken(INVALID)
    return claims


def _genuine(token: str, audiences: Sequence[str]) -> tuple[dict[str, Any], Claims]:
    if not settings.OIDC_ISSUER or len(token) > MAX_LENGTH:
        raise InvalidToken(INVALID)
    try:
        payload = _payload(token, jwt.get_unverified_header(token), audiences)
        return payload, _claims(payload)
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        # Without the cause: what libraries say of a token quotes it.
        raise InvalidToken(REASONS.get(type(error), INVALID)) from None


def _payload(token: str, header: dict[str, Any], audiences: Sequence[str]) -> dict[str, Any]:
    """The payload, its signature and times checked. The algorithms are those of the key, not what the token says."""
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS or str(header.get("typ", "JWT")).lower() not in TYPES:
        raise InvalidToken(INVALID)
    key = configured_keys().find(header.get("kid"), algorithm)
    if key is None:
        raise InvalidToken(INVALID)
    payload: dict[str, Any] = jwt.decode(
        token,
        key.key,
        algorithms=key.algorithms,
        audience=list(audiences) or None,
        issuer=settings.OIDC_ISSUER,
        leeway=settings.OIDC_LEEWAY,
        options={"require": ["exp", "sub", "iss"], "verify_aud": bool(audiences)},
    )
    return payload


def _claims(payload: dict[str, Any]) -> Claims:
    subject = payload["sub"]
    # `events` marks logout and security-event tokens, also where their header does not.
    if not 0 < len(subject) <= MAX_SUBJECT or not subject.isprintable() or "events" in payload:
        raise InvalidToken(INVALID)
    name = payload.get("name")
    return Claims(
        issuer=settings.OIDC_ISSUER,
        subject=subject,
        expires_at=float(payload["exp"]) + settings.OIDC_LEEWAY,
        email=_email(payload.get("email")),
        email_verified=payload.get("email_verified") in (True, "true"),
        name=name[:MAX_NAME] if isinstance(name, str) and name.isprintable() else "",
    )


def _email(value: object) -> str | None:
    """Only ASCII: `K` (the Kelvin sign) and `ı` turn into other people's letters where case is ignored."""
    if not isinstance(value, str) or not value.isascii() or len(value) > MAX_EMAIL:
        return None
    try:
        validate_email(value)
    except ValidationError:
        return None
    return value.lower()
