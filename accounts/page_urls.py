from __future__ import annotations

from django.urls import path

from .keys.pages import keys, revoke
from .oidc import pages as oidc_pages
from .pages import SignIn, SignOut

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-in/oidc", oidc_pages.begin, name="oidc"),
    path("sign-in/oidc/return", oidc_pages.come_back, name="oidc-return"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("settings/api-keys", keys, name="key-settings"),
    path("settings/api-keys/<uuid:key_id>/revoke", revoke, name="key-revoke"),
]
