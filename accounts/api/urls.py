"""Addresses below /v1."""

from __future__ import annotations

from django.urls import path

from accounts.api import schema  # noqa: F401 -- registers itself
from accounts.api.keys import ApiKeys, OneApiKey
from accounts.api.views import Me

urlpatterns = [
    path("me", Me.as_view(), name="api-me"),
    path("user/api-keys", ApiKeys.as_view(), name="api-keys"),
    path("user/api-keys/<uuid:key_id>", OneApiKey.as_view(), name="api-key"),
]
