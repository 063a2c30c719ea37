"""The supervisor with small children, as a process of its own: what it shows, keeps running, and leaves behind."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from reflector_site.env import PROJECT_DIR

#: Supervises `sh` with one script per argument `name=script`; ready once the file `ready` exists.
SCRIPT = """
import sys
from pathlib import Path
from reflector_site import supervisor
supervisor.FIRST_PAUSE = 0.05
supervisor.STOP_PATIENCE = float(sys.argv[1])
pairs = [argument.split("=", 1) for argument in sys.argv[2:]]
running = supervisor.Supervisor(
    [supervisor.Child(name, ["sh", "-c", script]) for name, script in pairs],
    logs=Path("log"),
    is_ready=Path("ready").exists,
    on_ready=lambda say: say("Ready."),
    look_after=lambda say: None,
)
sys.exit(running.run())
"""

Start = Callable[..., "Supervised"]


class Supervised:
    """A running supervisor and the lines that it has shown so far."""

    def __init__(self, directory: Path, children: dict[str, str], patience: float) -> None:
        arguments = [f"{name}={script}" for name, script in children.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(patience), *arguments],
            cwd=directory,
            env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
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

    def wait_for(self, pattern: str, *, times: int = 1) -> list[re.Match[str]]:
        """Waits until so many lines match."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = [match for line in list(self.lines) if (match := re.search(pattern, line))]
            if len(found) >= times:
                return found
            time.sleep(0.01)
        raise AssertionError(f"{pattern!r} did not come {times} times in {self.lines}")

    def pid(self, what: str) -> int:
        """The last pid that a child showed as `what=PID`."""
        return int(self.wait_for(rf"{what}=(\d+)")[-1][1])

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(timeout=15)
        self._reader.join(timeout=15)
        return code


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Supervised] = []

    def start(children: dict[str, str], *, patience: float = 10.0) -> Supervised:
        started.append(Supervised(tmp_path, children, patience))
        return started[-1]

    yield start
    for supervised in started:
        if supervised.process.poll() is None:
            supervised.end(signal.SIGKILL)


def has_ended(pid: int) -> bool:
    """Waits a little for it. A zombie has ended: only its parent has not looked yet."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def test_lines_carry_the_name_of_their_process_and_go_to_its_log(start: Start, tmp_path: Path) -> None:
    supervised = start({"web": "echo one; echo two >&2; sleep 60", "scheduler": "printf unfinished; sleep 60"})
    supervised.wait_for("two")
    assert supervised.end(signal.SIGINT) == 0
    assert "web       │ one" in supervised.lines
    assert "web       │ two" in supervised.lines
    assert "scheduler │ unfinished" in supervised.lines
    assert supervised.lines[-2:].count("reflector │ Stopping…") == 1
    assert (tmp_path / "log/web.log").read_text() == "one\ntwo\n"
    assert (tmp_path / "log/scheduler.log").read_text() == "unfinished\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_with_code_0(start: Start, number: signal.Signals) -> None:
    supervised = start({"a": "sleep 60 & echo grandchild=$!; echo child=$$; wait", "b": "echo other=$$; exec sleep 60"})
    pids = [supervised.pid(name) for name in ("grandchild", "child", "other")]
    assert supervised.end(number) == 0
    assert all(has_ended(pid) for pid in pids)


def test_children_may_finish_their_work_after_the_first_signal(start: Start) -> None:
    supervised = start({"a": "trap 'sleep 0.3; echo finished; exit' TERM; echo begun; while :; do sleep 0.05; done"})
    supervised.wait_for("begun")
    assert supervised.end(signal.SIGINT) == 0
    supervised.wait_for("finished")


def test_a_child_that_does_not_end_is_killed_when_patience_ends(start: Start) -> None:
    supervised = start({"a": "trap '' TERM; echo child=$$; while :; do sleep 0.05; done"}, patience=0.3)
    pid = supervised.pid("child")
    assert supervised.end(signal.SIGTERM) == 0
    assert has_ended(pid)


def test_a_second_signal_kills_at_once(start: Start) -> None:
    supervised = start({"a": "trap '' TERM; echo child=$$; while :; do sleep 0.05; done"}, patience=60)
    pid = supervised.pid("child")
    supervised.process.send_signal(signal.SIGINT)
    supervised.wait_for("Stopping")
    began = time.monotonic()
    assert supervised.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 5
    assert has_ended(pid)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children of their parent's death")
def test_children_die_with_a_killed_supervisor(start: Start) -> None:
    supervised = start({"a": "echo child=$$; exec sleep 60"})
    pid = supervised.pid("child")
    assert supervised.end(signal.SIGKILL) == -signal.SIGKILL
    assert has_ended(pid)


def test_a_child_that_dies_is_started_again_without_what_it_left(start: Start) -> None:
    supervised = start({"a": "sleep 60 & echo left=$!; echo child=$$; wait"})
    left, child = supervised.pid("left"), supervised.pid("child")
    os.kill(child, signal.SIGKILL)
    supervised.wait_for("child=", times=2)
    assert supervised.pid("child") != child
    assert has_ended(left)
    assert "reflector │ a was ended by signal 9; it starts again in 0.05 s." in supervised.lines


def test_the_pause_before_a_new_start_grows(start: Start, tmp_path: Path) -> None:
    (tmp_path / "ready").touch()
    supervised = start({"a": "exit 3"})
    found = supervised.wait_for(r"a ended with code 3; it starts again in (\S+) s", times=4)
    assert [match[1] for match in found[:4]] == ["0.05", "0.1", "0.2", "0.4"]


def test_children_that_never_live_end_the_whole(start: Start) -> None:
    supervised = start({"good": "echo child=$$; exec sleep 60", "bad": "echo no such luck; exit 2"})
    assert supervised.wait() == 1
    assert "reflector │ bad has died 5 times in a row; its lines above say why." in supervised.lines
    assert supervised.lines.count("bad       │ no such luck") == 5
    assert has_ended(supervised.pid("child"))


def test_readiness_is_announced_once(start: Start, tmp_path: Path) -> None:
    supervised = start({"a": "exec sleep 60"})
    time.sleep(0.3)
    assert supervised.lines == []
    (tmp_path / "ready").touch()
    supervised.wait_for("Ready")
    time.sleep(0.7)
    supervised.end(signal.SIGINT)
    assert supervised.lines == ["reflector │ Ready.", "reflector │ Stopping…"]


def test_a_flood_of_output_is_passed_on_and_does_not_hold_up_the_stop(start: Start) -> None:
    supervised = start(
        {"a": "yes a line that comes all the time", "b": "head -c 200000 /dev/zero | tr '\\0' x; sleep 60"}
    )
    supervised.wait_for("xxx")
    began = time.monotonic()
    assert supervised.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 5
    assert sum(line.count("x") for line in supervised.lines if line.startswith("b")) == 200_000


@pytest.mark.parametrize(("no_colour", "expected"), [("", b"\x1b[36mreflector"), ("1", b"reflector")])
def test_colour_is_for_terminals_that_want_it(tmp_path: Path, no_colour: str, expected: bytes) -> None:
    (tmp_path / "ready").touch()
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, "1", f"a={shlex.join(['sleep', '60'])}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR), "NO_COLOR": no_colour},
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    try:
        assert os.read(controller, 100).startswith(expected)
    finally:
        process.terminate()
        process.wait(timeout=15)
        os.close(controller)
