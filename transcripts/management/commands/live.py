"""A recorder: it receives microphones over WebRTC and keeps what they send."""

from __future__ import annotations

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from transcripts.live.network import RecorderLoop
from transcripts.live.recorder import Recorder


class Command(BaseCommand):
    help = "Record what clients send over WebRTC. Stop it with SIGTERM: what it has received is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        with asyncio.Runner(loop_factory=RecorderLoop) as runner:
            self.stderr.write("Recorder ready.")
            runner.run(Recorder().run())
