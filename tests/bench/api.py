"""What clients ask of the API, over real HTTP, of ten thousand transcripts of one owner (tests/bench/load.py).

Beside each figure stand the target and what the replaced system took on this very load, on two cores.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.bench.load import API, MILLION, OWNER, loaded, long_ones
from tests.bench.prose import Prose
from tests.stack import Stack

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))  # of each question, alone and again by all connections together
CONNECTIONS = 8


@dataclass(frozen=True)
class Question:
    """`paths` are asked in turn; milliseconds at the 95th percentile."""

    name: str
    paths: Sequence[str]
    target: int
    replaced: int | None


RARE = Prose(seed=1).vocabulary[[12_000, 16_000, 20_000, 24_000]].tolist()
SEARCHES = (
    ("search, a common word", ("project", "team", "budget", "meeting"), 100, 1249),
    ("search, a rare word", RARE, 50, 391),
    ("search, a phrase", ('"customer release"', '"project team"', '"market design"', '"budget meeting"'), 100, 1126),
)


def answers() -> None:
    """List, get, topics and search: milliseconds, CPU of web and database in each, and queries."""
    with loaded(API) as stack:
        long = long_ones(stack)
        get, topics = ([f"/v1/transcripts/{one}{more}" for one in long] for more in ("", "/topics"))
        _measure(
            stack,
            [
                Question("list of 50", ["/v1/transcripts?size=50"], 25, 34),
                Question("get a long one", get, 60, 317),
                Question("topics of a long one", topics, 80, 339),
                *_searches(),
            ],
        )


def search_million() -> None:
    """Search in a million utterances: ten thousand transcripts of 1,200 words."""
    with loaded(MILLION) as stack:
        _measure(stack, _searches(at_most=100))


def _searches(at_most: int | None = None) -> list[Question]:
    return [
        Question(
            name,
            [str(httpx.URL("/v1/transcripts/search", params={"q": q})) for q in wanted],
            at_most or target,
            None if at_most else replaced,
        )
        for name, wanted, target, replaced in SEARCHES
    ]


def _measure(stack: Stack, questions: Sequence[Question]) -> None:
    web = psutil.Process(stack.web().pid)
    key = stack.manage("create_api_key", OWNER).strip()
    counts = _queries(stack, [question.paths[0] for question in questions])
    print(f"{'':<24}{'alone':^18}{f'{CONNECTIONS} connections':^18}{'CPU, ms of':^18}")
    print(
        f"{'':<24}{'p50':>8}{'p95':>8}  {'p50':>8}{'p95':>8}  {'web':>8}{'database':>10}{'queries':>9}{'kB':>7}   p95"
    )
    for question, count in zip(questions, counts, strict=True):
        _one(stack, web, key, question, count)


def _one(stack: Stack, web: psutil.Process, key: str, question: Question, queries: int) -> None:
    _ask(stack, key, question, rounds=8)  # what a first question alone costs
    before = _cpu(stack, web)
    alone, size = _ask(stack, key, question, rounds=ROUNDS)
    used = [1000 * (now - then) / ROUNDS for now, then in zip(_cpu(stack, web), before, strict=True)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        rounds = max(ROUNDS // CONNECTIONS, 1)
        together = [
            wait
            for waits, _ in pool.map(lambda _: _ask(stack, key, question, rounds=rounds), range(CONNECTIONS))
            for wait in waits
        ]
    figures = "  ".join(
        f"{_percentile(waits, 50):>5.0f} ms{_percentile(waits, 95):>5.0f} ms" for waits in (alone, together)
    )
    replaced = "" if question.replaced is None else f" (replaced: {question.replaced})"
    print(
        f"{question.name:<24}{figures}  {used[0]:>8.0f}{used[1]:>10.0f}{queries:>9}{size / 1000:>7.0f}"
        f"   target {question.target} ms{replaced}",
        flush=True,
    )


def _ask(stack: Stack, key: str, question: Question, *, rounds: int) -> tuple[list[float], int]:
    """Seconds of each answer, over one connection, and the bytes of the last one as they were sent."""
    waits, size = [], 0
    with httpx.Client(base_url=stack.base, headers={"X-API-Key": key}, timeout=60) as client:
        client.get("/health")
        for number in range(rounds):
            begun = time.perf_counter()
            answer = client.get(question.paths[number % len(question.paths)])
            waits.append(time.perf_counter() - begun)
            answer.raise_for_status()
            size = answer.num_bytes_downloaded
    return waits, size


def _percentile(waits: Sequence[float], percent: int) -> float:
    return 1000 * sorted(waits)[min(len(waits) * percent // 100, len(waits) - 1)]


def _cpu(stack: Stack, web: psutil.Process) -> tuple[float, float]:
    """Seconds of CPU that web process and database have used, connections that have ended included."""
    postmaster = psutil.Process(int((Path(stack.var) / "postgres" / "postmaster.pid").read_text().split()[0]))
    ended = postmaster.cpu_times()
    live = sum(sum(child.cpu_times()[:2]) for child in postmaster.children())
    return sum(web.cpu_times()[:2]), ended.children_user + ended.children_system + live


def _queries(stack: Stack, paths: Sequence[str]) -> list[int]:
    printed = stack.manage("shell", "--no-imports", "-c", COUNT, PATHS=json.dumps(paths), OWNER=OWNER)
    found: list[int] = json.loads(printed.splitlines()[-1])
    return found


#: In another process, by Django's own client, which counts.
COUNT = """
import json, os
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from accounts.models import User
from accounts.domain import create_api_key
settings.ALLOWED_HOSTS = ["testserver"]
user = User.objects.get(email=os.environ["OWNER"])
client = Client(headers={"X-API-Key": create_api_key(user=user, name="bench")[1]})
counts = []
for path in json.loads(os.environ["PATHS"]):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200, path
    counts.append(len(captured))
print(json.dumps(counts))
"""
