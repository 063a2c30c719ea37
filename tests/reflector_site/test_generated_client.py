"""Whoever generates a client from the published schema gets a whole one, and it works."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.domain import create_api_key
from accounts.models import User
from tests.stack import PROJECT
from transcripts.domain.create import create_transcript


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python client, made without a single warning."""
    place = tmp_path_factory.mktemp("client") / "reflector_client"
    programs = Path(sys.executable).parent  # the generator formats what it wrote with ruff
    done = subprocess.run(
        [
            *(programs / "openapi-python-client", "generate", "--path", PROJECT / "docs" / "openapi.json"),
            *("--output-path", place, "--meta", "none", "--fail-on-warning"),
        ],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout, done.stdout
    return place


@pytest.fixture
def client_package(generated: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(generated.parent))
    return importlib.import_module("reflector_client")


@pytest.mark.django_db(transaction=True)
def test_it_reads_and_makes_transcripts(client_package: ModuleType, live_server: LiveServer) -> None:
    user = User.objects.create_user("owner@example.org", "x")
    there = create_transcript(user=user, name="Weekly")
    _, key = create_api_key(user=user)
    client = client_package.AuthenticatedClient(base_url=live_server.url, token=key, raise_on_unexpected_status=True)
    found = _call("transcripts.v1_transcripts_list", client)
    assert (found.total, [item.id for item in found.items]) == (1, [there.pk])
    body = importlib.import_module("reflector_client.models").CreateTranscriptRequest(name="Second")
    made = _call("transcripts.v1_transcripts_create", client, body=body)
    assert (made.name, made.status.value, made.participants) == ("Second", "idle", [])
    one = _call("transcripts.v1_transcript_get", client, transcript_id=made.id, transcript_format="json")
    assert one.transcript == []


def _call(operation: str, client: Any, **values: Any) -> Any:
    if "transcript_format" in values:
        kinds = importlib.import_module("reflector_client.models")
        values["transcript_format"] = kinds.V1TranscriptGetTranscriptFormat(values["transcript_format"])
    return importlib.import_module(f"reflector_client.api.{operation}").sync(client=client, **values)
