"""Who opens a socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from accounts.domain import live_api_key
from accounts.models import User


class Unauthenticated(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Identity:
    user: User
    kind: str
    key: str
    expires_at: float | None


def identify(scope: Mapping[str, Any]) -> Identity:
    protocols = scope.get("subprotocols", [])
    headers = dict(scope["headers"])
    token = protocols[1] if len(protocols) > 1 and protocols[0] == "bearer" else headers.get(b"x-api-key", b"").decode()
    if token:
        key = live_api_key(token)
        if key is None:
            raise Unauthenticated("Invalid authentication")
        return Identity(key.user, "api-key", f"api-key:{key.pk}", None)
    cookies = SimpleCookie(headers.get(b"cookie", b"").decode())
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        raise Unauthenticated("Not authenticated")
    session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value)
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None:
        raise Unauthenticated("Not authenticated")
    return Identity(user, "session", f"session:{morsel.value}", None)


def still_valid(identity: Identity) -> bool:
    return User.objects.filter(pk=identity.user.pk, is_active=True).exists()


def chosen_subprotocol(scope: Mapping[str, Any]) -> str | None:
    return "bearer" if "bearer" in scope.get("subprotocols", []) else None


def same_origin(scope: Mapping[str, Any]) -> bool:
    return True
