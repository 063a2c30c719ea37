"""Who may call an address at all. What may be done to a transcript is decided where it is looked up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.enums import Scope
from accounts.models import User

WRONG_SCOPE = "This API key has not the scope {scope}."


class Anybody(BasePermission):
    """Everybody, signed in or not; a key must have the scope for what it does."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        scope = Scope.READ if request.method in SAFE_METHODS else getattr(view, "scope", Scope.WRITE)
        if isinstance(user, User) and not user.may(scope):
            raise PermissionDenied(WRONG_SCOPE.format(scope=scope))
        return True


class SignedIn(Anybody):
    """Everybody with an account. A view may name the `scope` that its changes need."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            raise NotAuthenticated  # a guest is known, and not signed in
        return super().has_permission(request, view)


class AnybodyToRead(SignedIn):
    """Everybody may look, as far as what is looked up lets them; all else needs an account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return Anybody.has_permission(self, request, view)
        return super().has_permission(request, view)


class SignedInOrPublicMode(AnybodyToRead):
    """With PUBLIC_MODE everybody may look, and is shown what is public; without, only people with an account."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if settings.PUBLIC_MODE:
            return super().has_permission(request, view)
        return SignedIn.has_permission(self, request, view)
