"""How an HTTP request proves who sends it without a session: by an API key, or by a token of the OIDC issuer."""

from __future__ import annotations

from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from .credentials import AccountRefused, CannotTell, Unauthenticated, of_headers
from .guests import Asker


class IssuerDoesNotAnswer(APIException):
    """Whether a token is genuine cannot be said: nobody's fault who sends it."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class HeaderAuthentication(BaseAuthentication):
    """`X-API-Key: <key>`, or `Authorization: Bearer <key or JWT>`; both where they belong to the same person."""

    def authenticate(self, request: Request) -> tuple[Asker, str] | None:
        headers = request.headers
        try:
            identity = of_headers(headers.get("X-API-Key", ""), headers.get("Authorization", ""))
        except AccountRefused as refusal:
            raise AuthenticationFailed(str(refusal)) from None
        except CannotTell as problem:
            raise IssuerDoesNotAnswer(str(problem)) from None
        except Unauthenticated:
            raise AuthenticationFailed("Invalid authentication") from None
        return (identity.user, identity.kind) if identity else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
