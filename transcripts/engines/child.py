"""The child process in which one engine runs: `python -m transcripts.engines.child`, started by `process.py`.

It reads requests from standard input and answers on what was standard output (see `wire.py` for the messages). When the
parent dies, even by `kill -9`, standard input ends and the child ends with it, in the middle of whatever it computes.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from transcripts.engines import registry, wire
from transcripts.engines.base import Engine, EngineError

#: Progress is for people: more than this many a second is only traffic.
PROGRESS_PER_SECOND = 10


def main() -> None:
    faulthandler.enable()  # a crash in a C library leaves its stack on stderr, where the parent reads it
    answers = _take_over_stdout()
    requests: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), daemon=True).start()
    worker = _Worker(spec=wire.SPEC.validate_python(wire.decode(requests.get())["spec"]), answers=answers)
    while True:
        worker.answer(wire.decode(requests.get()))


def _take_over_stdout() -> BinaryIO:
    """The real standard output for us alone; whatever a library prints goes to stderr, and so into the log."""
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "wb", buffering=0)


def _read_requests(requests: SimpleQueue[bytes]) -> None:
    """Always reading, so that the end of the parent is noticed while the main thread computes."""
    for line in sys.stdin.buffer:
        requests.put(line)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)  # with everything that the engine may have started
    os._exit(0)


class _Worker:
    """One engine and the pipe to its parent."""

    def __init__(self, *, spec: registry.EngineSpec, answers: BinaryIO) -> None:
        self._spec = spec
        self._answers = answers
        self._engine: Engine | None = None
        self._last_progress = 0.0

    def answer(self, request: dict[str, Any]) -> None:
        """Run one request. Nothing an engine raises gets past here: it becomes an answer."""
        try:
            self._send({"result": self._run(request)})
        except EngineError as error:
            self._send({"error": "never" if error.permanent else "again", "message": str(error)})
        except Exception as error:  # noqa: BLE001 -- the parent must hear of anything, and the log gets the traceback
            traceback.print_exc()
            sentence = f"The engine {self._spec.name} failed: {type(error).__name__}: {error}"
            self._send({"error": "again", "message": sentence})

    def _run(self, request: dict[str, Any]) -> Any:
        if self._engine is None:
            self._engine = registry.load(self._spec)
        name = request["method"]
        method = wire.method(self._spec.kind, name)
        callbacks: dict[str, Callable[..., None]] = {"progress": self._progress, "report": self._report}
        arguments = method.unpack(request["arguments"]) | {key: callbacks[key] for key in method.callbacks}
        result = getattr(self._engine, name)(**arguments)
        return method.result.dump_python(result, mode="json", warnings="error")

    def _progress(self, done: float, total: float) -> None:
        now = time.monotonic()
        if done < total and now - self._last_progress < 1 / PROGRESS_PER_SECOND:
            return
        self._last_progress = now
        self._send({"progress": [float(done), float(total)]})

    def _report(self, message: str, done: float, total: float) -> None:
        self._send({"report": [message, float(done), float(total)]})

    def _send(self, message: dict[str, Any]) -> None:
        view = memoryview(wire.encode(message))
        while view:
            view = view[self._answers.write(view) :]


if __name__ == "__main__":
    main()
