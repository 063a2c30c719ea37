"""A site whose speech engine takes a known time, and runs that are watched from upload to end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests import media
from tests.faults.conftest import ENGINES
from tests.stack import Stack, running

#: Seconds for each second of sound. Transcription is most of a run, as it is with real engines, and waits instead of
#: computing, so that what else the machine does makes little difference.
COST = 0.4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    engine = {"TRANSCRIPTION_ENGINE": "tests.engines:FixedTime", "FIXED_COST": str(COST), "FIXED_COST_SHARD": "4"}
    with running(tmp_path_factory.mktemp("var"), {**ENGINES, **engine}) as stack:
        stack.web()
        yield stack


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client


@dataclass(frozen=True)
class Seen:
    """What the job said at one moment."""

    percentage: float
    elapsed: float
    remaining: float | None
    stage: str

    @property
    def total(self) -> float:
        assert self.remaining is not None
        return self.elapsed + self.remaining


@dataclass(frozen=True)
class Watched:
    seen: list[Seen]
    job: dict[str, Any]

    @property
    def took(self) -> float:
        return float(self.job["time_elapsed"])

    def off(self, seen: Seen) -> float:
        """By what share of the truth the estimate was off."""
        return abs(seen.total - self.took) / self.took

    def at_percentage(self, percentage: float) -> Seen:
        return next(seen for seen in self.seen if seen.percentage >= percentage)

    def at_share_of_time(self, share: float) -> Seen:
        return next(seen for seen in self.seen if seen.elapsed >= share * self.took)


def watch(client: httpx.Client, seconds: float) -> Watched:
    """Upload so much speech and look at its job until it is over."""
    transcript = client.post("/v1/transcripts", json={"name": f"{seconds} s"}).raise_for_status().json()["id"]
    client.post(
        f"/v1/transcripts/{transcript}/record/upload",
        params={"chunk_number": 0, "total_chunks": 1},
        files={"chunk": ("speech.wav", media.speech(seconds))},
    ).raise_for_status()
    run = client.get(f"/v1/transcripts/{transcript}").raise_for_status().json()["run"]["id"]
    seen: list[Seen] = []
    give_up_at = time.monotonic() + 120
    while time.monotonic() < give_up_at:
        job = client.get(f"/v1/jobs/{run}").raise_for_status().json()
        if job["state"] != "active":
            assert job["state"] == "ended", job["error"]
            return Watched(seen, job)
        seen.append(Seen(job["percentage"], job["time_elapsed"], job["estimated_remaining"], job["stage"]))
        time.sleep(0.1)
    raise AssertionError("It does not end.")
