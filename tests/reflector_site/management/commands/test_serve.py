"""`manage.py serve`, which is `make run`: the whole site as a process, from its first start to the last line."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from reflector_site.env import PROJECT_DIR

Found = TypeVar("Found")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Site:
    """A running `serve` in a data directory of its own."""

    def __init__(self, var: Path, **settings: str) -> None:
        self.var = var
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        own = {"REFLECTOR_VAR": str(var), "REFLECTOR_ENV_FILE": os.devnull, "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT_DIR,
            env={**inherited, **own, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip("\n"))

    def wait_for(self, pattern: str) -> re.Match[str]:
        return wait_until(
            lambda: next((match for line in list(self.lines) if (match := re.search(pattern, line))), None)
        )

    def health(self) -> object:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return json.load(connection.getresponse())
        except (OSError, ValueError):
            return None
        finally:
            connection.close()

    def processes(self) -> list[psutil.Process]:
        """Everything that runs for this site, found by the environment or the place that it was given."""
        return [process for process in psutil.process_iter() if belongs_to(process, self.var)]

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self._reader.join(timeout=30)
        return code


def belongs_to(process: psutil.Process, var: Path) -> bool:
    try:
        return process.environ().get("REFLECTOR_VAR") == str(var) or Path(process.cwd()).is_relative_to(var)
    except psutil.Error:
        return False


def wait_until(look: Callable[[], Found | None], patience: float = 150) -> Found:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come.")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Site]]:
    sites: list[Site] = []

    def start() -> Site:
        sites.append(Site(tmp_path / "var", ADMIN_EMAIL="first@example.org", ADMIN_PASSWORD=""))
        return sites[-1]

    yield start
    for site in sites:
        if site.process.poll() is None:
            site.end(signal.SIGKILL)
        for process in site.processes():
            process.kill()


def test_a_site_is_served_survives_deaths_and_leaves_nothing(start: Callable[[], Site]) -> None:
    site = start()
    password = site.wait_for(r"Sign in as first@example.org with the password (\S+)")[1]
    assert len(password) >= 12
    assert site.wait_for(f"Reflector is ready: http://127.0.0.1:{site.port}$")
    assert site.health() == {"status": "healthy"}

    # Both servers are killed: they come back, and the site with them.
    for pid_file in ("postgres/postmaster.pid", "redis/redis.pid"):
        os.kill(int((site.var / pid_file).read_text().split()[0]), signal.SIGKILL)
    site.wait_for("has died; it is started again")
    wait_until(lambda: site.health() == {"status": "healthy"} or None)

    # The supervisor is killed: only the servers stay, for the next start to adopt.
    assert site.end(signal.SIGKILL) == -signal.SIGKILL
    servers = {"postgres", "redis-server", "valkey-server"}
    wait_until(lambda: {process.name() for process in site.processes()} <= servers or None)
    left = {process.pid for process in site.processes()}

    # The second start finds the first admin and the data, and its end is the end of everything.
    site = start()
    site.wait_for("Reflector is ready")
    assert not any("password" in line for line in site.lines)
    assert left & {process.pid for process in site.processes()}
    assert site.end(signal.SIGINT) == 0
    assert site.processes() == []


def test_a_taken_port_is_one_sentence_and_starts_nothing(start: Callable[[], Site], tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        site = Site(tmp_path / "var", PORT=str(other.getsockname()[1]))
        assert site.process.wait(timeout=60) == 1
    assert len(site.lines) == 1
    assert re.search(r"Port \d+ of 127.0.0.1 cannot be used \(Address already in use\); .*set PORT", site.lines[0])
    assert not (tmp_path / "var/postgres").exists()
