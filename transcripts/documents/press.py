"""Has a file printed by a process of its own.

A long meeting takes seconds of computing and hundreds of megabytes for a moment: the web process shall neither stand
still for it nor keep the memory, and whatever a text does to a typesetter stays in there.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Literal

import orjson

from .content import Minutes

logger = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds to wait for others' files
TIME_LIMIT = 120.0  # seconds; twelve hours of speech take about three
_ROOT = Path(__file__).resolve().parents[2]
PRESSES = BoundedSemaphore(2)

Kind = Literal["pdf", "docx"]


class NotPrinted(Exception):
    """The file could not be made. The message is a sentence for people."""


def printed(kind: Kind, minutes: Minutes, *, fonts: Path) -> bytes:
    """The file. Two are made at a time by one web process; others wait. Raises NotPrinted."""
    order = orjson.dumps({"kind": kind, "minutes": minutes, "fonts": str(fonts)})
    if not PRESSES.acquire(timeout=PATIENCE):
        raise NotPrinted("Too many files are being made at this moment. Try again.")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "transcripts.documents"],
            input=order,
            capture_output=True,
            check=False,
            cwd=_ROOT,
            env={},  # nothing of ours is its business
            timeout=TIME_LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise NotPrinted("The file took too long to make. Try a smaller kind of file, such as txt.") from error
    finally:
        PRESSES.release()
    if done.returncode != 0 or not done.stdout:
        logger.error("Printing a %s failed with status %s.", kind, done.returncode)
        raise NotPrinted("The file could not be made. Try another kind of file, such as txt.")
    return done.stdout
