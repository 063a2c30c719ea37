"""How an HTTP request proves who sends it without a session: by an API key, or by a token of the OIDC issuer."""

from __future__ import annotations

from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request

from .credentials import AccountRefused, CannotTell, Unauthenticated, of_headers
from .grants import as_guest
from .grants_here import InvalidGrant, grants_of
from .guests import Asker
from .models import Grant, User


class IssuerDoesNotAnswer(APIException):
    """Whether a token is genuine cannot be said: nobody's fault who sends it."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


def _grants_of(request: Request) -> list[Grant]:
    try:
        return grants_of(request._request)  # noqa: SLF001 -- as Django sees it
    except InvalidGrant:
        raise AuthenticationFailed("Invalid authentication") from None


class GuestAuthentication(BaseAuthentication):
    """`X-Guest-Grant: <secret>`, or the links that the session of a browser keeps. A guest is not signed in."""

    def authenticate(self, request: Request) -> tuple[Asker, str] | None:
        found = _grants_of(request)
        return (as_guest(found), "guest") if found else None


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
        if identity is None:
            return None
        if isinstance(identity.user, User):
            identity.user.granted = frozenset(grant.subject for grant in _grants_of(request))
        return identity.user, identity.kind

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
