from __future__ import annotations

from django.urls import path

from .key_pages import keys, revoke
from .pages import SignIn, SignOut

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("settings/api-keys", keys, name="key-settings"),
    path("settings/api-keys/<uuid:key_id>/revoke", revoke, name="key-revoke"),
]
