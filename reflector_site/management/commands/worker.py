"""A worker: threads that take ready parts, one at a time each."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Any

import dramatiq
from django.core.management.base import BaseCommand, CommandParser

from reflector_site import presence
from transcripts import actors  # noqa: F401 -- importing declares the actor
from transcripts.enums import Lane
from transcripts.pipeline import ledger, scratch
from transcripts.pipeline.execute import POOL
from transcripts.pipeline.heart import HEART

SHUTDOWN_SECONDS = 8
#: Milliseconds between two looks for messages, for a worker that has nothing to do; a busy one asks the ledger.
LOOK = 500


class Command(BaseCommand):
    help = "Run a worker. Stop it with SIGTERM: what it works on goes back to the queue at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lanes", default=",".join(Lane.values), help="comma-separated: short, long")
        parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)

    def handle(self, *args: Any, lanes: str, threads: int, **options: Any) -> None:
        broker = dramatiq.get_broker()
        for lane in Lane.values:
            broker.declare_queue(lane)
        worker = dramatiq.Worker(broker, queues=set(lanes.split(",")), worker_threads=threads, worker_timeout=LOOK)
        roles = [presence.worker(lane) for lane in lanes.split(",")]
        presence.announce(*roles)
        stopping = _on_signals()
        scratch.sweep()
        ledger.recover()
        worker.start()
        self.stderr.write(f"Worker ready: {threads} threads for {lanes}.")
        while not stopping.wait(presence.INTERVAL):
            presence.announce(*roles)
        HEART.interrupt()
        worker.stop(timeout=SHUTDOWN_SECONDS * 1000)
        POOL.close()


def _on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    return stopping
