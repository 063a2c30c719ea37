"""From commit to arrival at many sockets, beside stock Channels under the same server; idle sockets; memory.

Server, sender and viewers are processes of their own and share this machine's cores. Times are taken right after the
commit and when the last byte of an event has reached its viewer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from reflector_site import web
from tests.stack import EMAIL, PROJECT, Stack, running, until

SECONDS = 10  # of each case with a pace


@dataclass(frozen=True)
class Case:
    """`pace` in events a second; 0: a burst, all in one transaction."""

    sockets: int
    pace: int
    count: int
    target: str

    def __str__(self) -> str:
        return f"{self.sockets} sockets × " + (f"{self.pace}/s" if self.pace else f"burst of {self.count}")


CASES = (
    Case(200, 10, 10 * SECONDS, "p99 < 50 ms"),
    Case(500, 20, 20 * SECONDS, "p99 < 60 ms"),
    Case(1000, 10, 10 * SECONDS, "p99 < 60 ms"),
    Case(200, 0, 400, "all within 1.5 s"),
)


@dataclass(frozen=True)
class Outcome:
    p50: float  # ms
    p99: float  # ms
    delivered: float  # share
    span: float  # seconds from the first commit to the last arrival
    cpu: float  # seconds of the web process
    health: float  # ms, the slowest answer of GET /health meanwhile


def fan_out() -> None:
    """Latency, completeness and CPU of the four cases, ours and stock; then idle sockets; then memory."""
    with site() as (stack, process, headers):
        print(f"{'':<28}{'':<8}{'p50':>8}{'p99':>10}{'arrived':>10}{'span':>9}{'CPU':>8}{'/health':>10}   target")
        for case in CASES:
            for way in ("ours", "stock"):
                _print(case, way, _measure(stack, process, headers, case, way))
        _idle(stack, process, headers)
        _memory(stack, process, headers)


@contextmanager
def site() -> Iterator[tuple[Stack, psutil.Process, dict[str, str]]]:
    with tempfile.TemporaryDirectory() as directory, running(Path(directory) / "var") as stack:
        command = [
            "tests.bench.stock_site:application" if a == "reflector_site.asgi:application" else a
            for a in web.command("127.0.0.1", stack.port)
        ]
        process = psutil.Process(stack.spawn(*command[1:], log="web", **web.ENVIRONMENT).pid)
        until(stack.healthy, what="the web process")
        yield stack, process, {"X-API-Key": stack.manage("create_api_key", EMAIL).strip()}


def _measure(stack: Stack, process: psutil.Process, headers: dict[str, str], case: Case, way: str) -> Outcome:
    stream = _new_stream(stack, headers)
    path = f"/stock?{stream}" if way == "stock" else f"/v1/transcripts/{stream.partition(':')[2]}/events?since=0"
    with Viewers(stack.port, path, headers) as viewers:
        viewers.open(case.sockets)
        time.sleep(1)
        before = sum(process.cpu_times()[:2])
        with Health(stack.base) as health:
            committed = _send(stack, way, stream, case)
            viewers.wait_until_quiet()
        cpu = sum(process.cpu_times()[:2]) - before
        got = viewers.read()
    arrived = [(at, committed[seq - 1]) for socket in got for at, seq in socket]
    waits = sorted(at - commit for at, commit in arrived)
    return Outcome(
        p50=1000 * waits[len(waits) // 2],
        p99=1000 * waits[len(waits) * 99 // 100],
        delivered=sum(len({seq for _, seq in socket}) for socket in got) / (case.sockets * case.count),
        span=max(at for at, _ in arrived) - committed[0],
        cpu=cpu,
        health=1000 * max(health.waits),
    )


def _print(case: Case, way: str, found: Outcome) -> None:
    print(
        f"{case!s:<28}{way:<8}{found.p50:>5.0f} ms{found.p99:>7.0f} ms{found.delivered:>10.1%}{found.span:>7.2f} s"
        f"{found.cpu:>6.1f} s{found.health:>7.0f} ms   {case.target if way == 'ours' else ''}",
        flush=True,
    )


def _idle(
    stack: Stack, process: psutil.Process, headers: dict[str, str], *, sockets: int = 500, seconds: int = 60
) -> None:
    stream = _new_stream(stack, headers)
    with Viewers(stack.port, f"/v1/transcripts/{stream.partition(':')[2]}/events?since=0", headers) as viewers:
        viewers.open(sockets)
        time.sleep(3)
        before = sum(process.cpu_times()[:2])
        time.sleep(seconds)
        used = sum(process.cpu_times()[:2]) - before
    print(f"{sockets} idle sockets: {100 * used / seconds:.2f}% of a core over {seconds} s")


def _memory(stack: Stack, process: psutil.Process, headers: dict[str, str], *, sockets: int = 5000) -> None:
    stream = _new_stream(stack, headers)
    path = f"/v1/transcripts/{stream.partition(':')[2]}/events?since=0"
    for round_ in (1, 2):
        before = process.memory_info().rss
        with Viewers(stack.port, path, headers) as viewers:
            viewers.open(sockets)
            during = process.memory_info().rss
            viewers.drop()
        time.sleep(3)
        after = process.memory_info().rss
        figures = ", ".join(
            f"{name} {value / 2**20:.0f} MB"
            for name, value in (("before", before), ("during", during), ("after", after))
        )
        print(f"{sockets} sockets came and went, round {round_}: {figures}")


def _new_stream(stack: Stack, headers: dict[str, str]) -> str:
    with httpx.Client(base_url=stack.base, headers=headers) as api:
        return f"transcript:{api.post('/v1/transcripts', json={'name': 'bench'}).raise_for_status().json()['id']}"


def _send(stack: Stack, way: str, stream: str, case: Case) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.events_sender", way, stream, str(case.count), str(case.pace)],
        cwd=PROJECT,
        env={**stack.environment, "DJANGO_SETTINGS_MODULE": "reflector_site.settings"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    found: list[float] = json.loads(done.stdout)["committed"]
    return found


class Viewers:
    """Sockets in another process."""

    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.bench.events_viewers", str(port), path, json.dumps(headers)]
        self._process = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Viewers:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()

    def open(self, count: int) -> None:
        assert self._ask(f"open {count}") == f"{count} {count}", "not all sockets could be opened"

    def drop(self) -> None:
        self._ask("drop")

    def wait_until_quiet(self, *, seconds: float = 2.5) -> None:
        last = ""
        while (now := self._ask("bytes")) != last:
            last = now
            time.sleep(seconds)

    def read(self) -> Sequence[Sequence[tuple[float, int]]]:
        with tempfile.NamedTemporaryFile() as file:
            self._ask(f"read {file.name}")
            found: list[list[tuple[float, int]]] = json.loads(Path(file.name).read_text())
        return found


class Health:
    """Asks GET /health ten times a second; `waits` in seconds."""

    def __init__(self, base: str) -> None:
        self.waits: list[float] = []
        self._base = base
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with httpx.Client(base_url=self._base, timeout=60) as client:
            while not self._over.wait(0.1):
                begun = time.monotonic()
                client.get("/health").raise_for_status()
                self.waits.append(time.monotonic() - begun)

    def __enter__(self) -> Health:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._thread.join()
