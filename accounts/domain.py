"""The verbs of accounts: make the first admin, make and recognise API keys."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from .enums import Scope
from .models import ApiKey, User


@dataclass(frozen=True)
class Credentials:
    email: str
    password: str


def create_first_admin(*, email: str, password: str | None) -> Credentials | None:
    """Create an admin when there is none yet; the password is random when none is given. None when there is one."""
    with transaction.atomic():
        if User.objects.filter(is_superuser=True).exists():
            return None
        password = password or secrets.token_urlsafe(12)
        User.objects.create_superuser(email, password)
    return Credentials(email=email, password=password)


def create_api_key(
    *,
    user: User,
    name: str | None = None,
    scopes: Collection[str] = (Scope.READ, Scope.WRITE),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its plain text, which is never stored and cannot be shown again."""
    plaintext = ApiKey.generate()
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=plaintext[: ApiKey.PREFIX_LENGTH],
        key_hash=ApiKey.hash(plaintext),
        scopes=[scope for scope in Scope.values if scope in scopes],
        expires_at=expires_at,
    )
    return key, plaintext


def live_api_key(plaintext: str) -> ApiKey | None:
    """The key with this plain text, its user limited to its scopes; None for one that is not live. Notes the use."""
    key = ApiKey.objects.live().select_related("user").filter(key_hash=ApiKey.hash(plaintext)).first()
    if key is not None:
        key.user.scopes, key.user.came_by = frozenset(key.scopes), f"key {key}"
        key.touch()
    return key


def command_line_user() -> User:
    """Who owns what `manage.py transcribe` makes: a user of its own that nobody can sign in as."""
    user, _ = User.objects.get_or_create(
        email="command-line@localhost.localdomain", defaults={"name": "Command line", "password": make_password(None)}
    )
    return user
