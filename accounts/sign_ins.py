"""Signing in, told to the audit log whichever door it was: Django's signals come from all of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from reflector_site.limits import address_of


@receiver(user_logged_in, dispatch_uid="audit")
def signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    audit.record(user, AuditAction.SIGNED_IN, f"user:{user.pk}", **_origin(request))


@receiver(user_login_failed, dispatch_uid="audit")
def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """What was typed is named only where it is an account: people type passwords into the wrong field."""
    typed = str(credentials.get("username") or credentials.get("email") or "")
    user = User.objects.filter(email__iexact=typed).first() if typed.isprintable() else None
    audit.record_failure(user, **_origin(request))


def _origin(request: HttpRequest | None) -> dict[str, str]:
    return {"address": address_of(request)} if request is not None else {}
