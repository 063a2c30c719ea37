"""The service itself: health, metrics, and who I am."""

from __future__ import annotations

import httpx

from .conftest import Site, ok
from .shapes import Id, Maybe


def test_health(anonymous: httpx.Client) -> None:
    assert ok(anonymous.get("/health")) == {"status": "healthy"}


def test_metrics(anonymous: httpx.Client) -> None:
    answer = anonymous.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE http_requests_total counter" in answer.text


def test_me(anonymous: httpx.Client, ann: httpx.Client, site: Site) -> None:
    assert ok(anonymous.get("/v1/me")) is None
    found = ok(ann.get("/v1/me"), {"sub": Id, "email": Maybe(str)})
    assert found == {"sub": site.world["users"]["ann"], "email": "ann@example.org"}
