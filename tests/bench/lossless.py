"""Many clients through many events and every fault, as the test in CI does it with fewer of both."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from tests.followers import follow_through_it_all
from tests.stack import running


def all_arrive() -> None:
    """500 sockets through 5,000 events, while Redis is emptied and killed and the web process is restarted."""
    sockets, events = int(os.environ.get("BENCH_SOCKETS", "500")), int(os.environ.get("BENCH_EVENTS", "5000"))
    with tempfile.TemporaryDirectory() as directory, running(Path(directory) / "var") as stack:
        begun = time.monotonic()
        connections = follow_through_it_all(stack, sockets=sockets, events=events, pace=50)
        took = time.monotonic() - begun
    print(f"{sockets} sockets each got 1 to {events} once and in order, over {connections} connections in {took:.0f} s")
