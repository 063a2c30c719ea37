"""The sockets of jobs: how far it is, the end, and the button that cancels."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import transaction

from accounts.models import User
from tests.transcripts.pipeline import canned
from transcripts.domain.delete import delete_transcript
from transcripts.models import Run, Transcript
from transcripts.pipeline import runs

from .live import Site


def begun(transcript: Transcript) -> Run:
    canned.uploaded(transcript)
    run = runs.process(transcript)
    canned.work(run, until="transcribe")
    return run


def test_a_job_from_the_middle_to_its_end(either: Site, transcript: Transcript) -> None:
    run = begun(transcript)
    socket = either.open(f"/v1/jobs/{run.pk}/progress")
    first = socket.next()
    assert (first["type"], first["stream"], "seq" in first) == ("progress", f"job:{run.pk}", False)
    either.settle()
    canned.work(run)
    assert socket.closed() == (1000, "final")
    assert socket.received[-1]["type"] == "complete"
    assert socket.received[-1]["data"]["percentage"] == 100
    late = either.open(f"/v1/jobs/{run.pk}/progress?since=0")
    assert late.closed() == (1000, "final")
    assert [message["seq"] for message in late.received if "seq" in message] == list(range(1, len(late.received)))


def test_cancelling_by_the_socket_of_the_job(either: Site, transcript: Transcript) -> None:
    run = begun(transcript)
    socket = either.open(f"/v1/jobs/{run.pk}/progress?since=0")
    either.settle()
    socket.say(type="cancel", id="x")
    assert socket.closed() == (1000, "final")
    assert {"type": "cancel_requested", "stream": f"job:{run.pk}", "cancelled": True, "id": "x"} in socket.received
    assert [message["type"] for message in socket.received].count("cancelled") == 1
    assert runs.active_run(transcript) is None


def test_jobs_of_others_and_none(
    either: Site, stranger: User, new_transcript: Callable[..., Transcript], strangers_key: str
) -> None:
    run = begun(new_transcript())
    assert either.open(f"/v1/jobs/{run.pk}/progress", key=strangers_key).closed()[0] == 4404
    assert either.open(f"/v1/jobs/{uuid.uuid4()}/progress").closed()[0] == 4404
    lists = either.open("/v1/events?since=0", key=strangers_key)
    assert lists.ask(type="subscribe", stream=f"job:{run.pk}")["code"] == "not_found"
    assert lists.ask(type="cancel", stream=f"job:{run.pk}")["code"] == "not_found"
    assert runs.active_run(run.transcript) is not None


def test_a_job_whose_transcript_is_deleted_lets_go_at_once(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RECHECK", "HEAL"):
        monkeypatch.setattr(f"reflector_site.events.hub.{name}", 60)
    run = begun(transcript)
    socket = site.open(f"/v1/jobs/{run.pk}/progress?since=0")
    site.settle()
    with transaction.atomic():
        delete_transcript(transcript)
    assert socket.closed()[0] == 4404
