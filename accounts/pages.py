"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView

from .forms import SignInForm


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`came_for`: whether the person was sent here on the way to a page of their own."""
        return {**super().get_context_data(**kwargs), "came_for": bool(self.get_redirect_url())}


class SignOut(LogoutView):
    """By POST only, so that no link or picture on another site can do it."""
