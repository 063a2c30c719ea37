"""The command line: when it starts the embedded servers, and how it refuses what cannot work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from manage import needs_servers
from reflector_site.env import PROJECT_DIR


@pytest.mark.parametrize(
    "line", ["migrate", "worker --lanes long", "check --database default", "doctor", "test --settings x"]
)
def test_commands_that_work_with_data_need_servers(line: str) -> None:
    assert needs_servers(line.split())


@pytest.mark.parametrize(
    "line",
    ["", "help", "help migrate", "migrate --help", "--version", "check", "settings", "spectacular --file x", "serve"],
)
def test_commands_that_do_not_need_none(line: str) -> None:
    assert not needs_servers(line.split())


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, "REFLECTOR_ENV_FILE": os.devnull, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_impossible_setting_is_one_sentence() -> None:
    done = manage("check", PORT="http")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "PORT is 'http'; set it to a whole number from 1 to 65535.\n"


def test_servers_that_cannot_start_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = manage("migrate", DATABASE_URL="", REDIS_URL="", REFLECTOR_VAR=str(tmp_path / "file/var"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(str(tmp_path / "file"))
    assert "set REFLECTOR_VAR to a directory of your own" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_doctor_says_so_and_goes_on(tmp_path: Path) -> None:
    """PostgreSQL cannot start, and an engine was asked for that cannot work: that is what it is there to tell."""
    (tmp_path / "postgres").touch()
    done = manage("doctor", DATABASE_URL="", REDIS_URL="", REFLECTOR_VAR=str(tmp_path), TRANSCRIPTION_ENGINE="gpu")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "postgres") in done.stderr.splitlines()[0]
    assert "BAD  PostgreSQL does not answer" in done.stdout
    assert "BAD  transcription: " in done.stdout
    assert "things to repair." in done.stderr
