"""May a page of that origin use this site's cookies? Browsers send cookies with every WebSocket handshake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.http import is_same_domain

from accounts.scopes import headers_of
from reflector_site.names import DEFAULT_PORTS, is_local


def same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the handshake comes from a page of this site, of CSRF_TRUSTED_ORIGINS, or from no browser at all."""
    sent = headers_of(scope, "origin")
    if not sent:
        return True
    origin = _parsed(sent[0]) if len(sent) == 1 else None
    request = _Handshake(scope)
    try:
        host = request.get_host()
    except DisallowedHost:
        return False
    return origin is not None and (_is_own(origin, host, request) or _is_trusted(origin))


def _is_own(origin: SplitResult, host: str, request: _Handshake) -> bool:
    own = _parsed(f"{origin.scheme}://{host}")  # the usual port is that of the page: a proxy may not tell its own
    if own is None or _place(own) != _place(origin):
        return False
    if request.is_secure() or request.knows_scheme:
        return origin.scheme == request.scheme
    # Over http, or through a proxy that does not tell. Where cookies are for https, only a page of this very machine
    # may come without it: anybody on the line can make a http page of our name.
    return origin.scheme == "https" or not settings.SESSION_COOKIE_SECURE or is_local(origin.geturl())


def _is_trusted(origin: SplitResult) -> bool:
    """Listed in CSRF_TRUSTED_ORIGINS, which may hold `https://*.example.org`."""
    for each in map(urlsplit, settings.CSRF_TRUSTED_ORIGINS):
        if each.scheme != origin.scheme:
            continue
        if each.netloc.startswith("*") and is_same_domain(origin.netloc, each.netloc.lstrip("*")):
            return True
        if "*" not in each.netloc and _place(each) == _place(origin):
            return True
    return False


def _parsed(text: str) -> SplitResult | None:
    """scheme://host[:port] and nothing else; None for `null` and everything else."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # is checked by reading it
    except ValueError:
        return None
    bare = parts.scheme in DEFAULT_PORTS and parts.hostname and "@" not in parts.netloc
    return parts if bare and text == f"{parts.scheme}://{parts.netloc}" else None


def _place(parts: SplitResult) -> tuple[str | None, int | None]:
    return parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


class _Handshake(HttpRequest):
    """As much of a request as Django needs to tell host and scheme, with its settings about proxies."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        super().__init__()
        self._secure = scope.get("scheme") == "wss"
        self.META |= {"SERVER_NAME": "", "SERVER_PORT": "0"}  # without a Host, no page of ours can be meant
        for header in {raw.decode("latin-1").lower() for raw, _ in scope.get("headers", ())}:
            if "_" not in header:  # X_Forwarded_Host must not pass for X-Forwarded-Host
                self.META[f"HTTP_{header.upper().replace('-', '_')}"] = ",".join(headers_of(scope, header))

    def _get_scheme(self) -> str:
        return "https" if self._secure else "http"

    @property
    def knows_scheme(self) -> bool:
        """Whether a trusted proxy says which scheme the browser uses."""
        header = settings.SECURE_PROXY_SSL_HEADER
        return header is not None and header[0] in self.META
