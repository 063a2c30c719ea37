"""A running site with something of everything in it, for the fuzzer to find."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.peers.oidc import AUDIENCE, OidcPeer
from tests.stack import PROJECT, Stack, running, until

SAMPLE = PROJECT / "static" / "sample" / "meeting.mp3"
SETTINGS = {
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedCost",
    "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers",
    "LANGUAGE_ENGINE": "extractive",
    "METRICS": "loopback",
    # The fuzzer shall find what lies behind the limits.
    **dict.fromkeys(("RATE_LIMIT_ANONYMOUS", "RATE_LIMIT_USER", "RATE_LIMIT_PROCESS", "RATE_LIMIT_SEARCH"), "off"),
}
#: By the name of a path parameter, where the ids of what is there are.
TABLES = {
    "transcript_id": "transcripts_transcript",
    "topic_id": "transcripts_topic",
    "participant_id": "transcripts_participant",
    "utterance_id": "transcripts_utterance",
    "run_id": "transcripts_run",
    "key_id": "accounts_apikey",
    "grant_id": "accounts_grant",
}


@contextmanager
def site(var: Path) -> Iterator[tuple[Stack, str]]:
    """Web, worker, scheduler and recorder as real processes, and a token of its owner, who is no admin."""
    with OidcPeer() as issuer:
        tokens = {"OIDC_ISSUER": issuer.url, "OIDC_AUDIENCE": AUDIENCE}
        with running(var, {**SETTINGS, **tokens}) as stack:
            stack.web()
            stack.worker()
            stack.scheduler()
            stack.recorder()
            yield stack, issuer.token(exp=int(time.time()) + 24 * 3600)


def fill(stack: Stack, token: str) -> None:
    """Two meetings, a private and a public one, gone through the whole pipeline; people named, edited, and keys."""
    with httpx.Client(base_url=stack.base, headers={"Authorization": f"Bearer {token}"}, timeout=30) as client:
        addresses = [_meeting(client, name) for name in ("Private", "Public")]
        for address in addresses:
            until(lambda address=address: client.get(address).json()["status"] == "ended", what="the transcript")
            for number, name in enumerate(("Ann", "Bob")):
                client.post(f"{address}/participants", json={"name": name, "speaker": number}).raise_for_status()
            client.post(f"{address}/grants", json={"name": "Guest"})
        client.patch(addresses[-1], json={"share_mode": "public"}).raise_for_status()
        for number in range(3):
            client.post("/v1/user/api-keys", json={"name": f"key {number}"}).raise_for_status()


def _meeting(client: httpx.Client, name: str) -> str:
    """The address of a new transcript whose recording is on its way."""
    made = client.post("/v1/transcripts", json={"name": name, "source_kind": "file"}).raise_for_status().json()["id"]
    with SAMPLE.open("rb") as file:
        pieces = {"chunk_number": 0, "total_chunks": 1}
        client.post(f"/v1/transcripts/{made}/record/upload", params=pieces, files={"chunk": file}).raise_for_status()
    return f"/v1/transcripts/{made}"


def existing(stack: Stack) -> dict[str, list[str]]:
    """By the name of a path parameter, the ids of what is there."""
    found = {
        name: [str(row["id"]) for row in stack.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 20")]
        for name, table in TABLES.items()
    }
    known = {"number": ["1", "2"], "language": ["fr", "de"]}
    return {**{name: ids for name, ids in found.items() if ids}, **known}
