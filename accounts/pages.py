"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.oidc import flow as oidc
from accounts.oidc.pages import ID_TOKEN
from reflector_site.events import log

from .forms import SignInForm


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ["get", "head", "post", "options"]  # Django's own takes PUT for POST

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait is not None:
            response.status_code = 429
            response.headers["Retry-After"] = str(form.wait)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`came_for`: whether the person was sent here on the way to a page of their own."""
        return {
            **super().get_context_data(**kwargs),
            "came_for": bool(self.get_redirect_url()),
            "signing_in": True,
            "issuer": settings.OIDC_NAME if oidc.is_configured() else "",
        }


class SignOut(LogoutView):
    """By POST only, so that no link or picture on another site can do it. Other pages that are open are told.

    Who signed in at the issuer is signed out there too, where it has a place for that.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        id_token = request.session.get(ID_TOKEN)
        response = super().post(request, *args, **kwargs)
        if user.is_authenticated:
            log.check_watchers(f"user:{user.pk}")
        if id_token and (address := oidc.sign_out_address(id_token)):
            return redirect(address)
        return response
