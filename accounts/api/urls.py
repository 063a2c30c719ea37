"""Addresses below /v1."""

from __future__ import annotations

from django.urls import path

from accounts.api import schema  # noqa: F401 -- registers itself
from accounts.api.views import Me

urlpatterns = [path("me", Me.as_view(), name="api-me")]
