"""One site for all: real processes, real HTTP, and a world with content. What is written here is the contract alone.

Each file is a section of it. Clients know nothing of the database; they have keys, ids, and what the answers say.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.peers.zulip import EMAIL, KEY, ZulipPeer
from tests.stack import PROJECT, Stack, running, until

from .shapes import misfits

SAMPLE = PROJECT / "static" / "sample" / "meeting.mp3"
ENGINES = {
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedCost",
    "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers",
    "LANGUAGE_ENGINE": "extractive",
    "FIXED_COST": "0.001",
    "CORS_ORIGIN": "https://app.example.org,https://other.example.org",
}


@dataclass
class Site:
    stack: Stack
    zulip: ZulipPeer
    world: dict[str, Any]

    def client(self, person: str | None, **headers: str) -> httpx.Client:
        key = {} if person is None else {"X-API-Key": self.world["keys"][person]}
        return httpx.Client(base_url=self.stack.base, headers={**key, **headers}, timeout=30)

    def id(self, name: str) -> str:
        return str(self.world["transcripts"][name])

    def path(self, name: str) -> str:
        return f"/v1/transcripts/{self.id(name)}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ZulipPeer() as zulip:
        bot = {"ZULIP_REALM": zulip.url, "ZULIP_BOT_EMAIL": EMAIL, "ZULIP_API_KEY": KEY}
        with running(tmp_path_factory.mktemp("contract"), {**ENGINES, **bot}) as stack:
            made = stack.manage("shell", "--no-imports", "-c", "from tests.contract.world import make; make()")
            stack.web()
            stack.worker()
            yield Site(stack, zulip, json.loads(made.splitlines()[-1]))


@pytest.fixture
def ann(site: Site) -> Iterator[httpx.Client]:
    """She has made nearly all that is there."""
    with site.client("ann") as client:
        yield client


@pytest.fixture
def ben(site: Site) -> Iterator[httpx.Client]:
    """He is signed in, too."""
    with site.client("ben") as client:
        yield client


@pytest.fixture
def anonymous(site: Site) -> Iterator[httpx.Client]:
    with site.client(None) as client:
        yield client


@pytest.fixture
def spare(site: Site) -> str:
    """The path of a transcript of Ann's that nobody else looks at, as `spoken`."""
    return f"/v1/transcripts/{site.world['spare'].pop()}"


@pytest.fixture(scope="session")
def schema(site: Site) -> dict[str, Any]:
    with site.client(None) as client:
        found: dict[str, Any] = client.get("/openapi.json", params={"format": "json"}).json()
    return found


def ok(answer: httpx.Response, shape: Any = None, status: int = 200) -> Any:
    """The JSON of an answer that is as it should be."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    found = answer.json()
    assert misfits(found, shape) == [] if shape is not None else True
    return found


def refused(answer: httpx.Response, status: int, detail: str | None = None) -> str:
    """The sentence of a refusal: `{"detail": "…"}` and nothing else."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:500]}"
    found = answer.json()
    assert list(found) == ["detail"]
    assert detail is None or found["detail"] == detail
    return str(found["detail"])


def invalid(answer: httpx.Response, *places: list[str]) -> None:
    """422 with a problem for each of these places, in any order."""
    problems = ok(answer, {"detail": [{"loc": [str], "msg": str, "type": str}]}, 422)["detail"]
    assert sorted(problem["loc"] for problem in problems) == sorted(places)


def operation(schema: dict[str, Any], method: str, path: str) -> str:
    return str(schema["paths"][path][method]["operationId"])


def wait_for_end(client: httpx.Client, path: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = ok(client.get(path))
        return found if found["status"] in ("ended", "error") else None

    found = until(ended, seconds=120, what=f"the end of {path}")
    assert found is not None
    return found
