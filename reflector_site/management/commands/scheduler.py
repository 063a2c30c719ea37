from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from reflector_site.schedule import build


class Command(BaseCommand):
    help = "Run what happens by the clock. Any number may run; one is enough."

    def handle(self, *args: Any, **options: Any) -> None:
        scheduler = build()

        def stop(number: int, frame: FrameType | None) -> None:
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stderr.write("Scheduler ready.")
        scheduler.start()
