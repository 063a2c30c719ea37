"""GET /metrics: who may see it, and what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from tests.transcripts.pipeline import canned
from transcripts.models import Transcript
from transcripts.pipeline import runs

pytestmark = pytest.mark.django_db
Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def open_here(settings: LazySettings) -> None:
    settings.METRICS = "loopback"


def read(client: Client, **headers: Any) -> Figures:
    answer = client.get("/metrics", **headers)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("text/plain; version=")
    return figures(answer.content.decode())


def figures(text: str) -> Figures:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def of(found: Figures, name: str, **labels: str) -> float:
    return found.get((name, frozenset(labels.items())), 0.0)


def test_requests_are_counted_by_route_method_and_status(
    open_here: None, client: Client, owners: APIClient, transcript: Transcript
) -> None:
    before = read(client)
    for _ in range(3):
        owners.get(f"/v1/transcripts/{transcript.pk}")
    owners.get("/v1/transcripts/00000000-0000-0000-0000-000000000000")
    client.get("/no/such/page")
    after = read(client)
    counted = {"route": "api-transcript", "method": "GET"}
    name = "http_requests_total"
    assert of(after, name, **counted, status="200") - of(before, name, **counted, status="200") == 3
    assert of(after, name, **counted, status="404") - of(before, name, **counted, status="404") == 1
    assert of(after, name, route="none", method="GET", status="404") >= 1
    took = "http_request_duration_seconds_count"
    assert of(after, took, **counted) - of(before, took, **counted) == 4
    assert str(transcript.pk) not in client.get("/metrics").content.decode()


def test_methods_that_nobody_knows_are_one(open_here: None, client: Client) -> None:
    client.generic("BREW", "/health")
    assert not any(("method", "BREW") in labels for _, labels in read(client))
    assert of(read(client), "http_requests_total", route="health", method="other", status="405") >= 1


def test_what_waits_and_who_is_there(open_here: None, client: Client, transcript: Transcript) -> None:
    canned.uploaded(transcript)
    runs.process(transcript)
    found = read(client)
    assert of(found, "reflector_runs", lane="short", state="waiting") == 1
    assert of(found, "reflector_runs", lane="short", state="working") == 0
    assert of(found, "reflector_parts", lane="short", state="ready") == 1
    assert of(found, "reflector_audio_to_erase") == 0
    assert of(found, "reflector_database_up") == of(found, "reflector_redis_up") == 1
    assert ("reflector_present", frozenset({("role", "a scheduler")})) in found
    assert of(found, "process_resident_memory_bytes") > 1e6


def test_a_redis_that_is_away_is_a_figure(
    open_here: None, client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    found = read(client)
    assert ("reflector_redis_up", frozenset()) in found
    assert of(found, "reflector_redis_up") == 0
    assert of(found, "reflector_database_up") == 1


# --- who may see it


def test_only_this_machine(open_here: None, client: Client) -> None:
    read(client, REMOTE_ADDR="127.0.0.1")
    read(client, REMOTE_ADDR="::1")
    elsewhere = client.get("/metrics", REMOTE_ADDR="192.0.2.7")
    assert (elsewhere.status_code, elsewhere.content) == (403, b"Only this machine may ask for the metrics.\n")
    for header in ("X-Forwarded-For", "Forwarded", "Via"):
        assert client.get("/metrics", headers={header: "192.0.2.7"}).status_code == 403


def test_who_has_the_token(settings: LazySettings, client: Client) -> None:
    settings.METRICS, settings.METRICS_TOKEN = "token", "s3cret-of-the-scraper"
    read(client, REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer s3cret-of-the-scraper"})
    for wrong in ("", "Bearer", "Bearer no", "Basic s3cret-of-the-scraper", "Bearer s3cret-of-the-scräper"):
        answer = client.get("/metrics", headers={"Authorization": wrong})
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_nobody(settings: LazySettings, client: Client) -> None:
    settings.METRICS = "off"
    assert client.get(reverse("metrics")).status_code == 404


def test_only_reading(open_here: None, client: Client) -> None:
    assert client.head("/metrics").status_code == 200
    assert client.post("/metrics").status_code == 405


# --- several processes


COUNT = "from reflector_site.metrics.counters import DELIVERED, SOCKETS; DELIVERED.inc(5); SOCKETS.inc(2)"
SHOW = """
import django; django.setup()
from prometheus_client import generate_latest
from reflector_site.metrics.view import _registries
print(generate_latest(_registries()[0]).decode())
"""


def test_processes_that_count_together(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "reflector_site.settings",
    }

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True
        ).stdout

    python(COUNT)
    python(COUNT)
    assert of(figures(python(SHOW)), "reflector_events_delivered_total") == 10
