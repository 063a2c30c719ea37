"""One stack for all fault tests: quick engines with known answers, short leases, the sample meeting as input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.peers.web import WebPeer
from tests.stack import PROJECT, Stack, running, until
from transcripts.pipeline.plans import PLANS

SAMPLE = PROJECT / "static" / "sample" / "meeting.mp3"
ENGINES = {
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedCost",
    "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers",
    "LANGUAGE_ENGINE": "extractive",
    "FIXED_COST": "0.001",
    "OUTBOUND_ALLOW_NETWORKS": "127.0.0.0/8",
}
#: Those that bring the recording of a link; the others are the same as for a file.
LINK_STEPS = ("resolve", "describe", "fetch")
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello there\n"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("var"), ENGINES) as stack:
        stack.web()
        stack.scheduler()
        yield stack


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    """The address of a page with the sample meeting and its captions."""
    with WebPeer() as web:
        web.recording("/meeting.mp3", SAMPLE.read_bytes())
        web.add("/en.vtt", CAPTIONS, "text/vtt")
        yield web.add("/page", '<title>A meeting</title><audio src="meeting.mp3"><track src="en.vtt" srclang="en">')


def import_link(client: httpx.Client, url: str) -> str:
    return str(client.post("/v1/transcripts/import", json={"url": url}).raise_for_status().json()["id"])


def upload(client: httpx.Client, path: Path = SAMPLE) -> str:
    """Upload a file in two pieces, the last one first; the id of its transcript."""
    transcript = client.post("/v1/transcripts", json={"name": path.name}).raise_for_status().json()["id"]
    content = path.read_bytes()
    for number, piece in ((1, content[100_000:]), (0, content[:100_000])):
        answer = client.post(
            f"/v1/transcripts/{transcript}/record/upload",
            params={"chunk_number": number, "total_chunks": 2},
            files={"chunk": (path.name, piece)},
        )
        assert answer.status_code == 200, answer.text
    return str(transcript)


def status(client: httpx.Client, transcript: str) -> str:
    return str(client.get(f"/v1/transcripts/{transcript}").raise_for_status().json()["status"])


def wait_for_end(client: httpx.Client, transcript: str, *, seconds: float = 60) -> dict[str, Any]:
    """The transcript when it has come to an end, good or bad."""

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = client.get(f"/v1/transcripts/{transcript}").raise_for_status().json()
        return found if found["status"] in ("ended", "error") else None

    found = until(ended, seconds=seconds, what=f"the end of {transcript}")
    assert found is not None
    return found


def assert_complete(stack: Stack, client: httpx.Client, transcript: str) -> None:
    """Everything that a transcript has is there, once; nothing half-made is left anywhere."""
    found = client.get(f"/v1/transcripts/{transcript}", params={"transcript_format": "json"}).json()
    assert found["status"] == "ended", found["error"]
    assert found["title"]
    assert found["short_summary"]
    assert found["action_items"] is not None
    assert found["transcript"]
    assert client.get(f"/v1/transcripts/{transcript}/audio/waveform").json()["data"]
    assert client.get(f"/v1/transcripts/{transcript}/audio/mp3").status_code == 200
    positions = stack.rows(
        "select position, count(*) as n from transcripts_utterance where transcript_id = %s group by position",
        transcript,
    )
    assert {row["n"] for row in positions} == {1}
    assert_attempts_within_limits(stack)
    assert_nothing_half_made(stack)


def assert_attempts_within_limits(stack: Stack) -> None:
    """Against the plan's own numbers: the limit in a row rises when a worker gives its part back."""
    made = stack.rows(
        "select step.name, max(part.attempt) as attempts from transcripts_part part"
        " join transcripts_step step on step.id = part.step_id group by step.name"
    )
    limits = {step.name: step.attempts for plan in PLANS.values() for step in plan.steps}
    assert {row["name"]: row["attempts"] for row in made if row["attempts"] > limits[row["name"]]} == {}


def assert_nothing_half_made(stack: Stack) -> None:
    """No scratch file, no engine child, and in storage just what the registry holds live."""

    def clean() -> bool:
        live = stack.rows(
            "select key from consent_audioobject where adopted_at is not null and verified_at is null"
            " and erase_wanted_at is null"
        )
        open_rows = stack.rows("select id from consent_audioobject where adopted_at is null and verified_at is null")
        stored = {str(path.relative_to(stack.var / "audio")) for path in stack.stored_files()}
        return not open_rows and not stack.scratch_files() and stored == {row["key"] for row in live}

    until(clean, seconds=20, what="everything half-made to be gone")
