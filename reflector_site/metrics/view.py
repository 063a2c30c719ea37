"""GET /metrics, for Prometheus."""

from __future__ import annotations

import os
import secrets
from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from .site import SiteFigures

#: What proxies leave in a request. One on this machine makes strangers look as if they were here.
_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


@csrf_exempt  # nothing can be changed here, and other methods shall hear just that
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All figures as text, for those whom METRICS lets in."""
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    text = b"".join(generate_latest(registry) for registry in _registries())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _refusal(request: HttpRequest) -> HttpResponse | None:
    match settings.METRICS:
        case "loopback":
            return None if _is_here(request) else _plain("Only this machine may ask for the metrics.", 403)
        case "token":
            if _has_token(request):
                return None
            answer = _plain("The metrics are for those who have METRICS_TOKEN.", 401)
            answer["WWW-Authenticate"] = "Bearer"
            return answer
    raise Http404("The metrics are switched off.")


def _is_here(request: HttpRequest) -> bool:
    if any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _has_token(request: HttpRequest) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and secrets.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())


def _plain(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")


def _registries() -> list[CollectorRegistry]:
    """What is counted here, or by all processes that count together; and what the whole site has."""
    site = CollectorRegistry()
    site.register(SiteFigures())
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return [REGISTRY, site]
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # registers itself
    return [together, site]
