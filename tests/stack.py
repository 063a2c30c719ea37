"""A whole Reflector of its own: embedded servers, web, workers, scheduler as real processes in one directory."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import psycopg
import redis
from psycopg.rows import dict_row

from reflector_site import web

T = TypeVar("T")
PROJECT = Path(__file__).resolve().parent.parent
RECORDER = "reflector:present:a recorder"
EMAIL, PASSWORD = "owner@example.org", "correct horse battery"


def until(look: Callable[[], T], *, seconds: float = 60, what: str = "it") -> T:
    """Wait for `look()` to be true and return what it gave."""
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"Waited {seconds} s in vain for {what}.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Starts nothing by itself; every process that it starts is gone after `close`."""

    def __init__(self, var: Path, **environment: str) -> None:
        self.var = var
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {
            **inherited,
            "REFLECTOR_VAR": str(var),
            "PORT": str(self.port),
            "ADMIN_EMAIL": EMAIL,
            "ADMIN_PASSWORD": PASSWORD,
            "LEASE_SECONDS": "2",
            "RECOVER_SECONDS": "0.3",
            "OFFLINE": "1",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        (var / "log").mkdir(parents=True, exist_ok=True)

    # --- processes

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run a command to its end and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env={**self.environment, **environment},
            capture_output=True,
            check=False,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def spawn(self, *command: str, log: str, **environment: str) -> subprocess.Popen[bytes]:
        with (self.var / "log" / f"{log}.log").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT,
                env={**self.environment, **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def prepare(self) -> None:
        self.keeper = self.spawn("-c", KEEPER, log="keeper")
        until((self.var / "addresses.json").exists, what="the servers")
        self.manage("migrate", "--verbosity=0")
        self.manage("shell", "--no-imports", "-c", FIRST_ADMIN)

    def web(self) -> subprocess.Popen[bytes]:
        process = self.spawn(*web.command("127.0.0.1", self.port)[1:], log="web", **web.ENVIRONMENT)
        until(self.healthy, what="the web process")
        return process

    def worker(self, *, threads: int = 2, held: str = "") -> subprocess.Popen[bytes]:
        """A real worker. With `held`, it does that step and then hangs in it, as if the step took for ever."""
        command = ("-m", "tests.faults.held_worker") if held else ("manage.py",)
        return self.spawn(*command, "worker", "--threads", str(threads), log="worker", HELD_STEP=held)

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.spawn("manage.py", "scheduler", log="scheduler")

    def recorder(self, **environment: str) -> subprocess.Popen[bytes]:
        """Takes microphones. Ready when it has said that it is here."""
        with redis.Redis.from_url(self.addresses["redis_url"]) as bell:
            bell.delete(RECORDER)  # of one that was killed
            process = self.spawn("manage.py", "live", log="live", **environment)
            until(lambda: bell.exists(RECORDER), what="the recorder")
        return process

    def healthy(self) -> bool:
        try:
            return httpx.get(f"{self.base}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """kill -9, of this process alone."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in reversed(self.processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    # --- looking

    @property
    def addresses(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.var / "addresses.json").read_text())
        return found

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.addresses["database_url"], row_factory=dict_row, autocommit=True) as connection:
            return connection.execute(query, values).fetchall()

    def client(self) -> httpx.Client:
        key = self.manage("create_api_key", EMAIL).strip()
        return httpx.Client(base_url=self.base, headers={"X-API-Key": key}, timeout=30)

    def family(self) -> list[psutil.Process]:
        """Engine children that live now, of any worker of this stack."""
        found = []
        for process in psutil.process_iter(["cmdline", "environ"]):
            line = process.info["cmdline"] or []
            if "transcripts.engines.child" in line and (process.info["environ"] or {}).get("REFLECTOR_VAR") == str(
                self.var
            ):
                found.append(process)
        return found

    def stored_files(self) -> list[Path]:
        root = self.var / "audio"
        return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []

    def scratch_files(self) -> list[Path]:
        root = self.var / "scratch"
        return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


#: Holds the servers for the whole life of a stack, as `make run` does.
KEEPER = """
import json, os, signal, time
from pathlib import Path
from reflector_site import embedded
found = embedded.ensure()
path = Path(os.environ["REFLECTOR_VAR"]) / "addresses.json"
path.write_text(json.dumps({"database_url": found.database_url, "redis_url": found.redis_url}))
signal.signal(signal.SIGTERM, lambda *_: exit(0))
while True:
    time.sleep(1)
    embedded.ensure()
"""

FIRST_ADMIN = """
from django.conf import settings
from accounts.domain import create_first_admin
create_first_admin(email=settings.ADMIN_EMAIL, password=settings.ADMIN_PASSWORD)
"""


@contextmanager
def running(var: Path, environment: Mapping[str, str] | None = None) -> Iterator[Stack]:
    """A stack with servers, database and first admin; web, workers and scheduler are started by the test."""
    stack = Stack(var, **(environment or {}))
    try:
        stack.prepare()
        yield stack
    finally:
        stack.close()


def server_processes(stack: Stack, name: str) -> list[psutil.Process]:
    """The embedded server's processes: those that have the data directory open or on their command line."""
    place = (stack.var / name).resolve()
    return [
        process
        for process in psutil.process_iter(["cmdline", "cwd", "name"])
        if str(place) in " ".join(process.info["cmdline"] or []) or (process.info["cwd"] or "").startswith(str(place))
    ]
