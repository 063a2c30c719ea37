"""The two addresses between which people are at the OIDC issuer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.oidc import flow as oidc

#: Where the session keeps the token that says to the issuer who signs out.
ID_TOKEN = "oidc_id_token"  # noqa: S105 -- a name


@require_GET
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """On to the issuer."""
    if not oidc.is_configured():
        return redirect("sign-in")
    then = _safe(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(then or resolve_url(settings.LOGIN_REDIRECT_URL))
    try:
        return redirect(oidc.begin(request.session, next=then))
    except oidc.SignInFailed as failure:
        return _back(request, failure)


@require_GET
@never_cache
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the issuer, with a code or an error."""
    if not oidc.is_configured():
        return redirect("sign-in")
    try:
        found = oidc.finish(request.session, request.GET.dict())
    except oidc.SignInFailed as failure:
        return _back(request, failure)
    found.user.came_by = "sign-in"
    login(request, found.user, backend="django.contrib.auth.backends.ModelBackend")  # with a new session key
    request.session[ID_TOKEN] = found.id_token
    return redirect(_safe(request, found.next) or resolve_url(settings.LOGIN_REDIRECT_URL))


def _back(request: HttpRequest, failure: oidc.SignInFailed) -> HttpResponse:
    messages.error(request, str(failure))
    then = _safe(request, failure.next)
    return redirect(reverse("sign-in") + (f"?{urlencode({'next': then})}" if then else ""))


def _safe(request: HttpRequest, next: str) -> str:
    """Where to go afterwards, on this site only."""
    here = {request.get_host()}
    return next if url_has_allowed_host_and_scheme(next, here, require_https=request.is_secure()) else ""
