"""What browsers are told to refuse: the content policy of each kind of answer, and the other secure headers."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from csp.constants import HEADER, SELF
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: What the pages may use of the machine: nothing but the microphone, to record.
PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()"
#: For what is no page: nothing in it may run or load anything, wherever it is opened.
BARE = "default-src 'none'; frame-ancestors 'none'"


class ContentPolicy(CSPMiddleware):
    """django-csp for pages, with the WebSockets of the very host that the page came from; BARE for all else."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("text/html"):
            sockets = {"connect-src": [SELF, *_sockets(request)]}
            # django-csp's decorators leave theirs on the response too
            update = {**sockets, **(getattr(response, "_csp_update", None) or {})}
            response._csp_update = update  # type: ignore[attr-defined]  # noqa: SLF001 -- its interface
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, BARE)
        return response


def _sockets(request: HttpRequest) -> list[str]:
    """Browsers do not agree on whether 'self' means sockets too."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return []
    return [f"wss://{host}"] if settings.BASE_URL.startswith("https://") else [f"ws://{host}", f"wss://{host}"]


class SecureHeaders:
    """The headers that Django has no setting for, and HSTS also behind a proxy that does not tell the scheme."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        secure = urlsplit(settings.BASE_URL).scheme == "https" and settings.HSTS > 0
        self._hsts = f"max-age={int(settings.HSTS)}" if secure else ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        if self._hsts:
            headers.setdefault("Strict-Transport-Security", self._hsts)
        if "Cache-Control" not in headers and _is_private(request, headers.get("Content-Type", "")):
            headers["Cache-Control"] = "no-store"
        return response


def _is_private(request: HttpRequest, content_type: str) -> bool:
    """What the API says to one person, errors included. Audio and downloads have their own rules."""
    return request.path.startswith("/v1/") and content_type.startswith("application/json")
