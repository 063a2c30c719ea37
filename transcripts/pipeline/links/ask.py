"""Asking the child process. It is killed, with all it may have started, as soon as a checkpoint says so."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from reflector_site.outbound.addresses import without_queries
from reflector_site.outbound.errors import Never, TryAgain

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[3]
CHECK_EVERY = 0.25  # seconds
ANSWER_LIMIT = 32 << 20  # bytes
#: All of our environment that it gets: no proxies, no keys, no settings.
_INHERITED = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV", "PYTHONPATH", "REFLECTOR_VAR")


def ask(
    do: str,
    *,
    directory: Path,
    checkpoint: Callable[[], None],
    seconds: float,
    progress: Callable[[float, float], None] = lambda done, total: None,
    **arguments: Any,
) -> Any:
    """The child's result. `directory` is its home, where it may write.

    Raises OutboundError, and what `checkpoint` does.
    """
    request = {"do": do, "allowed": settings.OUTBOUND_ALLOW_NETWORKS, **arguments}
    with tempfile.TemporaryFile(dir=directory) as errors:
        child = _start(directory, errors)
        try:
            return _converse(child, request, checkpoint, time.monotonic() + seconds, progress)
        finally:
            _kill(child)
            _log(errors)


def _start(directory: Path, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "transcripts.pipeline.links.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=PROJECT,
        env={**inherited, "HOME": str(directory), "TMPDIR": str(directory), "YTDLP_NO_PLUGINS": "1"},
        process_group=0,
    )


def _converse(
    child: subprocess.Popen[bytes],
    request: dict[str, Any],
    checkpoint: Callable[[], None],
    deadline: float,
    progress: Callable[[float, float], None],
) -> Any:
    assert child.stdin is not None  # asked for in _start
    assert child.stdout is not None
    with suppress(BrokenPipeError):  # it died already: reading says so
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
    poll = select.poll()
    poll.register(child.stdout, select.POLLIN)
    received = bytearray()
    while True:
        checkpoint()
        if time.monotonic() > deadline:
            raise TryAgain("Reading what lies behind the address took longer than allowed.")
        if not poll.poll(CHECK_EVERY * 1000):
            continue
        block = os.read(child.stdout.fileno(), 1 << 16)
        received += block
        if not block:
            raise TryAgain("The program that reads addresses ended without an answer.")
        if len(received) > ANSWER_LIMIT:
            raise Never("What lies behind this address is too large to be read.")
        *lines, received = received.split(b"\n")
        for each in lines:
            message = json.loads(each)
            if "progress" in message:
                progress(*message["progress"])
            elif "error" in message:
                raise (Never if message["error"] == "never" else TryAgain)(message["message"])
            else:
                return message["result"]


def _kill(child: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()


def _log(errors: IO[bytes]) -> None:
    errors.seek(0)
    if said := errors.read(4000).decode(errors="replace").strip():
        logger.info("links.child: %s", without_queries(said))
