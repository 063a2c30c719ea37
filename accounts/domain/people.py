"""The accounts that the program itself makes: the first admin, and the one that commands act for."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import User


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


def command_line_user() -> User:
    """Who owns what `manage.py transcribe` makes: a user of its own that nobody can sign in as."""
    user, _ = User.objects.get_or_create(
        email="command-line@localhost.localdomain", defaults={"name": "Command line", "password": make_password(None)}
    )
    user.came_by = "command line"
    return user
