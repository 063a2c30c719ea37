"""The settings page of API keys: see them, make one, revoke one. It works without script."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.domain import create_api_key, revoke_api_key
from accounts.domain.api_keys import TooManyKeys
from accounts.forms import ApiKeyForm
from accounts.models import ApiKey, User


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """POST makes a key and answers with the page that shows it: nowhere else, and never again."""
    user = cast(User, request.user)
    form = ApiKeyForm(request.POST if request.method == "POST" else None)
    made = _make(user, form) if request.method == "POST" and form.is_valid() else None
    context = {
        "keys": user.api_keys.filter(revoked_at=None),
        "form": ApiKeyForm() if made else form,
        "made": made,
        "base_url": settings.BASE_URL,
        "now": timezone.now(),
    }
    return render(request, "accounts/keys.html", context)


def _make(user: User, form: ApiKeyForm) -> ApiKey | None:
    """The new key with its plain text; None, with the reason on the form, when there are too many."""
    wanted = form.cleaned_data
    try:
        key, key_text = create_api_key(
            user=user, by=user, name=wanted["name"] or None, scopes=wanted["scopes"], expires_at=_end(wanted["days"])
        )
    except TooManyKeys as error:
        form.add_error(None, str(error))
        return None
    key.plaintext = key_text
    return key


def _end(days: str) -> datetime | None:
    return timezone.now() + timedelta(days=int(days)) if days else None


@require_http_methods(["GET", "POST"])
@login_required
def revoke(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """GET asks, for browsers without script; POST does it."""
    user = cast(User, request.user)
    key = user.api_keys.filter(pk=key_id, revoked_at=None).first()
    if key is None:
        messages.info(request, "This key is not among yours, or not any more.")
        return redirect("key-settings")
    if request.method != "POST":
        return render(request, "accounts/revoke.html", {"key": key})
    revoke_api_key(key, by=user)
    messages.success(request, f"The key {key} is revoked. Nothing gets in by it any more.")
    return redirect("key-settings")
