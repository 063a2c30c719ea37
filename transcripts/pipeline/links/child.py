"""The child process that reads what strangers wrote: `python -m transcripts.pipeline.links.child`, started by `ask.py`.

One request on standard input, one JSON object per line on what was standard output:

    parent → child  {"do": "look" | "fetch" | "read" | "captions", "allowed": ["10.0.0.0/8"], …}
    child → parent  {"progress": [done, total]}                         any number
                    {"result": …}  or  {"error": "again" | "never", "message": …}

When the parent dies, standard input ends and the child ends with it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from reflector_site.outbound.addresses import Policy, networks
from reflector_site.outbound.errors import Never, OutboundError
from transcripts.pipeline.links.found import CUES, FOUND_OR_NOT, Media
from transcripts.pipeline.links.guard import Guard

MOST_MEMORY = 1 << 30  # bytes; a page without end must not take the machine's


def main() -> None:
    answers = _take_over_stdout()
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    guard = Guard(Policy(networks(request.pop("allowed"))))
    _send(answers, _answer(request, guard, answers))
    os._exit(0)  # without waiting for whatever a library has left running


def _take_over_stdout() -> BinaryIO:
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "wb", buffering=0)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _answer(request: dict[str, Any], guard: Guard, answers: BinaryIO) -> dict[str, Any]:
    try:
        return {"result": _WORK[request.pop("do")](answers, **request)}
    except OutboundError as error:
        message, permanent = str(error), error.permanent
    except MemoryError:
        message, permanent = "What lies behind this address is too large to be read.", True
    except Exception as error:  # noqa: BLE001 -- the parent must hear of anything, and the log gets the traceback
        traceback.print_exc()
        message, permanent = f"What lies behind this address cannot be read ({type(error).__name__}).", True
    if guard.refused:
        message, permanent = guard.refused, True
    return {"error": "never" if permanent else "again", "message": message}


# Each imports what it needs: yt-dlp alone takes longer to load than the others to work.


def _look(answers: BinaryIO, *, url: str, language: str, generic: bool) -> Any:
    from transcripts.pipeline.links import site  # noqa: PLC0415 -- as above

    return FOUND_OR_NOT.dump_python(site.look(url, language=language, generic=generic), mode="json")


def _fetch(answers: BinaryIO, *, url: str, media: dict[str, Any], target: str, limit: int) -> Any:
    from transcripts.pipeline.links import site  # noqa: PLC0415 -- as above

    last = 0.0

    def progress(done: float, total: float) -> None:
        nonlocal last
        if time.monotonic() - last > 0.2:
            last = time.monotonic()
            _send(answers, {"progress": [float(done), float(total)]})

    site.fetch(url, Media(**media), Path(target), limit, progress)


def _read(answers: BinaryIO, *, path: str, kind: str, url: str) -> Any:
    from transcripts.pipeline.links import feeds, pages  # noqa: PLC0415 -- as above

    content = Path(path).read_bytes()
    found = feeds.read(content, url) if kind == "feed" else pages.read(content, url)
    return FOUND_OR_NOT.dump_python(found, mode="json")


def _captions(answers: BinaryIO, *, path: str, extension: str) -> Any:
    from transcripts.pipeline.links import cues  # noqa: PLC0415 -- as above

    if extension not in ("vtt", "srt", "json3"):
        raise Never(f"Captions of the kind {extension} cannot be read here.")
    return CUES.dump_python(cues.read(Path(path).read_bytes(), extension), mode="json")


_WORK: dict[str, Callable[..., Any]] = {"look": _look, "fetch": _fetch, "read": _read, "captions": _captions}


def _send(answers: BinaryIO, message: dict[str, Any]) -> None:
    view = memoryview(json.dumps(message).encode() + b"\n")
    while view:
        view = view[answers.write(view) :]


if __name__ == "__main__":
    main()
