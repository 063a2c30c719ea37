"""Addresses of the sound that open by themselves for a quarter of an hour, for players that cannot send headers."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import jwt
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import User
from transcripts.models import Transcript

#: Seconds.
LIFETIME = 15 * 60
ALGORITHM = "HS256"


class InvalidLink(Exception):
    """The token is not ours, not for this transcript, too old, or of somebody who may not come in any more."""


def audio_link(transcript: Transcript, user: User) -> tuple[str, datetime]:
    """The address for this person, and when it ends."""
    expires_at = int(time.time()) + LIFETIME
    claims = {"sub": str(user.pk), "aud": str(transcript.pk), "exp": expires_at}
    address = f"{settings.BASE_URL}{reverse('api-audio', args=[transcript.pk])}"
    return f"{address}?token={jwt.encode(claims, _key(), ALGORITHM)}", datetime.fromtimestamp(expires_at, UTC)


def user_of(token: str, transcript_id: uuid.UUID) -> User:
    """Who made the link; what they may is asked anew by whoever calls. Raises InvalidLink."""
    try:
        claims = jwt.decode(
            token,
            _key(),
            algorithms=[ALGORITHM],
            audience=str(transcript_id),
            options={"require": ["sub", "aud", "exp"]},
        )
        user = User.objects.filter(pk=uuid.UUID(claims["sub"]), is_active=True).first()
    except (jwt.PyJWTError, ValueError):
        raise InvalidLink from None
    if user is None:
        raise InvalidLink
    user.came_by = "audio link"
    return user


def _key() -> bytes:
    """Of SECRET_KEY, and good for nothing else."""
    return salted_hmac("transcripts.audio_links", "audio", algorithm="sha256").digest()
