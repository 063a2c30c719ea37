"""Keeps a handful of processes running in one terminal: what `make run` is made of.

One thread and one loop: it passes the children's lines on, starts again what has died (waiting longer each time), asks
until the site is ready, and ends everything on Ctrl-C or SIGTERM. Children cannot outlive it: each is in a process
group of its own, which is killed as a whole, and the kernel kills them if the supervisor itself is killed (on Linux).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from reflector_site.terminal import Lines, Terminal

NAME = "reflector"
Say = Callable[[str], None]

#: Seconds from SIGTERM to SIGKILL.
STOP_PATIENCE = 10.0
#: Seconds of life after which an earlier death is forgotten.
STABLE_AFTER = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
#: So many deaths in a row before the site was ever ready mean that it will not be.
HOPELESS = 5
#: Seconds between two looks at everything that does not announce itself.
_TICK = 0.2

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running. `name` labels its lines and its log, `environment` is what it has on top of ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs children until it is told to stop.

    `is_ready` is asked twice a second until it says yes, then `on_ready` is called once. `look_after` is called a few
    times a second for whatever else has to be kept alive. Both get a way to show a line. None of the three may take
    long or raise.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        logs: Path,
        is_ready: Callable[[], bool],
        on_ready: Callable[[Say], None],
        look_after: Callable[[Say], None],
    ) -> None:
        self._terminal = Terminal([NAME, *(child.name for child in children)])
        self._selector = selectors.DefaultSelector()
        self._running = [
            _Running(child, self._selector, Lines(child.name, self._terminal, logs / f"{child.name}.log"))
            for child in children
        ]
        self._is_ready = is_ready
        self._on_ready = on_ready
        self._look_after = look_after
        self._ready = False
        self._signals = 0

    def say(self, line: str) -> None:
        """Shows a line of the supervisor's own."""
        self._terminal.show(NAME, line)

    def run(self) -> int:
        """Returns the exit code: 0 after a signal, 1 if a child cannot live."""
        with self._handle_signals():
            try:
                return self._run()
            finally:
                self._stop()

    def _run(self) -> int:
        for running in self._running:
            running.start()
        next_question = time.monotonic()
        while not self._signals:
            self._pass_lines_on()
            self._look_after(self.say)
            for running in self._running:
                self._revive(running)
                if not self._ready and running.deaths >= HOPELESS:
                    self.say(f"{running.child.name} has died {HOPELESS} times in a row; its lines above say why.")
                    return 1
            if not self._ready and time.monotonic() >= next_question:
                next_question = time.monotonic() + 0.5
                self._ask_whether_ready()
        return 0

    def _ask_whether_ready(self) -> None:
        if self._is_ready():
            self._ready = True
            self._on_ready(self.say)

    def _revive(self, running: _Running) -> None:
        if (code := running.has_died()) is not None:
            pause = running.bury()
            how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
            self.say(f"{running.child.name} {how}; it starts again in {pause:g} s.")
        elif running.is_due():
            running.start()

    def _pass_lines_on(self) -> None:
        for key, _ in self._selector.select(timeout=_TICK):
            key.data.read()

    def _stop(self) -> None:
        """Ends every child: politely, and at once after a second signal or when patience ends."""
        signals = self._signals
        self.say("Stopping…")
        deadline = time.monotonic() + STOP_PATIENCE
        for running in self._running:
            running.signal(signal.SIGTERM)
        while any(running.is_alive() for running in self._running):
            if self._signals > signals or time.monotonic() > deadline:
                break
            self._pass_lines_on()
        for running in self._running:
            running.bury()
        self._selector.close()

    @contextlib.contextmanager
    def _handle_signals(self) -> Iterator[None]:
        def count(number: int, frame: FrameType | None) -> None:
            self._signals += 1

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, count) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class _Running:
    """A child, and its process while it has one."""

    def __init__(self, child: Child, selector: selectors.BaseSelector, lines: Lines) -> None:
        self.child = child
        self.deaths = 0  # in a row
        self._selector = selector
        self._lines = lines
        self._process: subprocess.Popen[bytes] | None = None
        self._output = -1
        self._started = 0.0
        self._due = 0.0

    def start(self) -> None:
        process = subprocess.Popen(
            self.child.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.child.environment},
            process_group=0,  # a Ctrl-C in the terminal reaches only the supervisor, which ends the children in order
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 -- safe here: the supervisor has no threads
        )
        assert process.stdout is not None
        self._process = process
        self._started = time.monotonic()
        self._output = process.stdout.fileno()
        os.set_blocking(self._output, False)
        self._selector.register(self._output, selectors.EVENT_READ, self)

    def read(self) -> bool:
        """Takes some of what the process has written; returns whether there may be more."""
        try:
            data = os.read(self._output, 65536)
        except BlockingIOError:
            return False
        if not data:  # the end: nobody has the other side open any more
            self._selector.unregister(self._output)
            return False
        self._lines.feed(data)
        return True

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def has_died(self) -> int | None:
        """The exit code of a process that has ended and is not buried yet."""
        return self._process.poll() if self._process else None

    def is_due(self) -> bool:
        """Whether it has no process and has waited long enough for a new one."""
        return self._process is None and time.monotonic() >= self._due

    def signal(self, number: signal.Signals) -> None:
        """To the whole group, which may outlive its leader."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def bury(self) -> float:
        """Kills what is left of the group and takes its last lines. Returns the pause until a new start, in seconds."""
        if self._process is None:
            return 0.0
        self.signal(signal.SIGKILL)
        self._process.wait()
        while self._output in self._selector.get_map():
            if not self.read():
                break
        with contextlib.suppress(KeyError):
            self._selector.unregister(self._output)
        self._lines.end()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None
        return self._pause()

    def _pause(self) -> float:
        self.deaths = 1 if time.monotonic() - self._started > STABLE_AFTER else self.deaths + 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self.deaths - 1))
        self._due = time.monotonic() + pause
        return pause


def _die_with(parent: int) -> Callable[[], None] | None:
    """What a child does before its program starts: ask the kernel for a SIGKILL when the supervisor ends."""
    if not sys.platform.startswith("linux"):
        return None

    def ask() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we could ask
            os._exit(1)

    return ask
