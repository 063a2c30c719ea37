"""Engines in child processes.

Why a process and not a thread: recognition libraries hold the interpreter lock for seconds, so a heartbeat beside them
stops; and a thread inside a C call cannot be cancelled, while a process can be killed whatever it is doing. Engines
that only wait for an HTTP answer run here as well, so that a cancel means the same thing for all of them.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from transcripts.engines import wire
from transcripts.engines.base import Never, Progress, TryAgain
from transcripts.engines.registry import EngineSpec

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[2]

#: How often a waiting call looks whether it was cancelled, in seconds.
CHECK_EVERY = 0.25

#: How much of the child's stderr is kept for the message when it dies.
TAIL_LINES = 20
LINE_LENGTH = 500

#: One answer longer than this (bytes) is a fault: the words of ten hours take about a tenth of it.
ANSWER_LIMIT = 256 * 1024 * 1024

#: Read by the libraries below numpy, CTranslate2 and onnxruntime when they start; the option `threads` sets them.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Report = Callable[[str, float, float], None]


class EngineProcess:
    """One engine in one child process. One call at a time; `EnginePool` sees to that.

    The child is started by the constructor and lives until `kill()`, or until this process ends.
    """

    def __init__(self, spec: EngineSpec) -> None:
        self.spec = spec
        self._popen = _start_child(spec)
        self._answers = bytearray()
        self._calling = False
        self._stderr = _Tail(_pipe(self._popen.stderr), name=f"{spec.kind}.{spec.name}[{self._popen.pid}]")
        os.set_blocking(self._stdin, False)
        os.set_blocking(self._stdout, False)
        # Not on the command line: options hold API keys, and every user of a machine can read command lines.
        self._outgoing = bytearray(wire.encode({"spec": wire.SPEC.dump_python(spec, mode="json")}))

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def usable(self) -> bool:
        """True when the child lives and is not in the middle of a call."""
        return not self._calling and self._popen.poll() is None

    def call(
        self,
        method: str,
        *,
        checkpoint: Callable[[], None],
        progress: Progress | None = None,
        report: Report | None = None,
        timeout: float | None = None,
        **arguments: Any,
    ) -> Any:
        """Run `method` of the engine there and return its result, as the protocol in base.py declares both.

        `checkpoint()` is called at least every 0.25 s; whatever it raises kills the child at once and comes out here.
        Raises TryAgain and Never as the engine does, TryAgain when the child dies, when it takes more than `timeout`
        seconds or when its answer is not what the protocol promises.
        """
        declared = wire.method(self.spec.kind, method)
        request = {"method": method, "arguments": declared.pack(arguments)}
        self._outgoing += wire.encode(request)
        self._calling = True
        try:
            answer = self._converse(_Watch(self.spec, checkpoint, timeout), progress, report)
        except BaseException:
            # Also for KeyboardInterrupt and a worker's time limit: a child in an unknown state is of no use.
            self.kill()
            raise
        self._calling = False
        if "error" in answer:
            raise (Never if answer["error"] == "never" else TryAgain)(answer["message"])
        try:
            return declared.result.validate_python(answer["result"])
        except ValidationError as error:
            raise TryAgain(f"The engine {self.spec.name} gave an answer that is not one: {error}") from error

    def interrupt(self) -> None:
        """End the child from another thread: a call that waits for it fails with TryAgain and cleans up."""
        if self._popen.poll() is None:
            with suppress(ProcessLookupError):  # it ended by itself just now
                os.killpg(self._popen.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the child and everything it started, now, and take back what it held. Safe to call twice."""
        self.interrupt()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            _pipe(pipe).close()
        self._stderr.close()

    @property
    def _stdin(self) -> int:
        return _pipe(self._popen.stdin).fileno()

    @property
    def _stdout(self) -> int:
        return _pipe(self._popen.stdout).fileno()

    def _converse(self, watch: _Watch, progress: Progress | None, report: Report | None) -> dict[str, Any]:
        """Send what is waiting, hand on progress and reports, return the answer."""
        while True:
            watch.look()
            self._move_bytes()
            for message in self._messages():
                if "progress" in message and progress is not None:
                    progress(*message["progress"])
                elif "report" in message and report is not None:
                    report(*message["report"])
                elif "result" in message or "error" in message:
                    return message

    def _move_bytes(self) -> None:
        """Wait for either pipe, for at most the time until the next look, and serve it."""
        poll = select.poll()  # not select(): that one fails for descriptors above 1023
        poll.register(self._stdout, select.POLLIN)
        if self._outgoing:
            poll.register(self._stdin, select.POLLOUT)
        for descriptor, _ in poll.poll(CHECK_EVERY * 1000):
            if descriptor == self._stdout:
                self._read()
            else:
                self._write()

    def _write(self) -> None:
        try:
            del self._outgoing[: os.write(self._stdin, self._outgoing)]
        except BlockingIOError:
            return
        except BrokenPipeError:
            raise self._death() from None

    def _read(self) -> None:
        block = os.read(self._stdout, 1 << 16)
        if not block:
            raise self._death()
        self._answers += block
        if len(self._answers) > ANSWER_LIMIT:
            raise TryAgain(f"The engine {self.spec.name} gave an answer of more than {ANSWER_LIMIT >> 20} MB.")

    def _messages(self) -> list[dict[str, Any]]:
        *lines, self._answers = self._answers.split(b"\n")
        try:
            return [wire.decode(line) for line in lines]
        except ValueError as error:
            raise TryAgain(f"The engine {self.spec.name} broke the protocol: {error}") from error

    def _death(self) -> TryAgain:
        """The pipe closed: say how the child ended and what it said last."""
        try:
            code = self._popen.wait(timeout=1)
        except subprocess.TimeoutExpired:
            how = "closed its connection"
        else:
            how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
            how += ", perhaps because memory ran out" if code == -signal.SIGKILL else ""
        last = self._stderr.text()
        return TryAgain(f"The engine {self.spec.name} {how}." + (f" Its last words: {last}" if last else ""))


class _Watch:
    """Looks after one call: was it cancelled, is it late?"""

    def __init__(self, spec: EngineSpec, checkpoint: Callable[[], None], timeout: float | None) -> None:
        self._spec = spec
        self._checkpoint = checkpoint
        self._timeout = timeout
        self._started = time.monotonic()
        self._looked = 0.0

    def look(self) -> None:
        now = time.monotonic()
        if self._timeout is not None and now - self._started > self._timeout:
            raise TryAgain(f"The engine {self._spec.name} gave no answer within {self._timeout:g} seconds.")
        if now - self._looked >= CHECK_EVERY * 0.9:  # not at every message: a checkpoint may ask the database
            self._checkpoint()
            self._looked = time.monotonic()


class _Tail:
    """Reads the child's stderr to its end, so that it never blocks; logs it, and keeps the last lines."""

    def __init__(self, pipe: IO[bytes], *, name: str) -> None:
        self._pipe = pipe
        self._name = name
        self._lines: deque[str] = deque(maxlen=TAIL_LINES)
        self._thread = threading.Thread(target=self._read, name=f"stderr of {name}", daemon=True)
        self._thread.start()

    def text(self) -> str:
        self._thread.join(timeout=1)  # the child is gone: let the thread see the last of it
        return " | ".join(self._lines)

    def close(self) -> None:
        self._thread.join(timeout=1)
        if not self._thread.is_alive():
            self._pipe.close()

    def _read(self) -> None:
        # `readline(limit)` returns long lines in pieces: a library that never ends a line cannot fill our memory.
        while piece := self._pipe.readline(LINE_LENGTH):
            line = piece.decode(errors="replace").strip()
            if line:
                self._lines.append(line)
                logger.info("%s: %s", self._name, line)


def _start_child(spec: EngineSpec) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    if threads := spec.options.get("threads"):
        environment |= dict.fromkeys(THREAD_VARIABLES, str(threads))
    return subprocess.Popen(
        [sys.executable, "-m", "transcripts.engines.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
        env=environment,
        process_group=0,  # so that one kill reaches what the engine may start, and Ctrl-C in a terminal does not
    )


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # all three were asked for in `_start_child`
    return stream
