"""The verbs of accounts: make the first admin, make and recognise API keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

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


def create_api_key(*, user: User, name: str | None = None) -> tuple[ApiKey, str]:
    """A new key and its plain text, which is never stored and cannot be shown again."""
    plaintext = ApiKey.generate()
    key = ApiKey.objects.create(
        user=user, name=name, prefix=plaintext[: ApiKey.PREFIX_LENGTH], key_hash=ApiKey.hash(plaintext)
    )
    return key, plaintext


def live_api_key(plaintext: str) -> ApiKey | None:
    """The key with this plain text and its user, where it is not revoked and the user is active. Notes the use."""
    key = (
        ApiKey.objects.select_related("user")
        .filter(key_hash=ApiKey.hash(plaintext), revoked_at=None, user__is_active=True)
        .first()
    )
    if key is not None:
        key.touch()
    return key


def command_line_user() -> User:
    """Who owns what `manage.py transcribe` makes: a user of its own that nobody can sign in as."""
    user, _ = User.objects.get_or_create(
        email="command-line@localhost.localdomain", defaults={"name": "Command line", "password": make_password(None)}
    )
    return user
