"""All addresses. What existing clients of Reflector call is under /v1."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from consent.views import signed_audio
from reflector_site.docs_page import DocsPage
from reflector_site.health import health
from reflector_site.metrics.view import metrics

urlpatterns = [
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="openapi"),
    path("docs", DocsPage.as_view(url_name="openapi"), name="api-docs"),
    path("v1/audio/<str:token>", signed_audio, name="signed-audio"),
    path("v1/", include("accounts.api.urls")),
    path("v1/", include("transcripts.api.urls")),
    path("", include("accounts.page_urls")),
    path("", include("transcripts.page_urls")),
]

handler404 = "reflector_site.api.not_found"
handler500 = "reflector_site.api.server_error"
