"""A running site with something of everything in it, for the fuzzer to find."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stack import EMAIL, PROJECT, Stack, running, until

SAMPLE = PROJECT / "static" / "sample" / "meeting.mp3"
QUICK = {"TRANSCRIPTION_ENGINE": "tests.engines:FixedCost", "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers"}


@contextmanager
def site(var: Path) -> Iterator[Stack]:
    """Web, worker, scheduler and recorder as real processes, and two finished transcripts: one private, one public."""
    with running(var, {**QUICK, "LANGUAGE_ENGINE": "extractive"}) as stack:
        stack.web()
        stack.worker()
        stack.scheduler()
        stack.recorder()
        yield stack


def fill(stack: Stack) -> None:
    """Two meetings, gone through the whole pipeline."""
    with stack.client() as client:
        made = []
        for name in ("Private", "Public"):
            transcript = client.post("/v1/transcripts", json={"name": name, "source_kind": "file"}).json()["id"]
            with SAMPLE.open("rb") as file:
                sent = client.post(
                    f"/v1/transcripts/{transcript}/record/upload",
                    params={"chunk_number": 0, "total_chunks": 1},
                    files={"chunk": file},
                )
            assert sent.status_code == 200, sent.text
            made.append(transcript)
        for transcript in made:
            until(
                lambda address=f"/v1/transcripts/{transcript}": client.get(address).json()["status"] == "ended",
                what="the transcript",
            )
        client.patch(f"/v1/transcripts/{made[-1]}", json={"share_mode": "public"})


def existing(stack: Stack) -> dict[str, list[str]]:
    """By the name of a path parameter, the ids of what is there."""
    tables = {
        "transcript_id": "transcripts_transcript",
        "topic_id": "transcripts_topic",
        "run_id": "transcripts_run",
    }
    found = {
        name: [str(row["id"]) for row in stack.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 20")]
        for name, table in tables.items()
    }
    return {name: ids for name, ids in found.items() if ids}


def owners_key(stack: Stack) -> str:
    return stack.manage("create_api_key", EMAIL).strip()
