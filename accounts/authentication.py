"""How a request proves who sends it: an API key, or the session cookie of the pages."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .domain import user_for_api_key
from .models import User


class ApiKeyAuthentication(BaseAuthentication):
    """`X-API-Key: <key>` or `Authorization: Bearer <key>`."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        plaintext = _plaintext(request)
        if plaintext is None:
            return None
        user = user_for_api_key(plaintext)
        if user is None:
            raise AuthenticationFailed("Invalid authentication")
        return user, "api-key"

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def _plaintext(request: Request) -> str | None:
    if key := request.headers.get("X-API-Key"):
        return key.strip()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None
