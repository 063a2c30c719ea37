"""An engine that misbehaves on demand: the option `do` says how. Real code in a real child process, no mocks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, Transcription, TryAgain, Word

NAME = f"{__name__}:ProbeTranscriber"


class ProbeTranscriber:
    name: ClassVar[str] = "probe"
    needs_url: ClassVar[bool] = False
    shard_seconds: ClassVar[float] = 10.0

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        reason: str | None = options.get("unavailable")
        return reason

    def info(self) -> EngineInfo:
        return EngineInfo(engine="probe", model=str(os.getpid()), version="1")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Fetching the model", 120, 480)

    def languages(self) -> frozenset[str] | None:
        return frozenset({"en"})

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        progress(1, 2)
        getattr(self, f"_{self._options.get('do', 'nothing')}")()
        progress(2, 2)
        return Transcription(words=[Word(" hello", clip.start, clip.end, confidence=0.5)], language=language or "en")

    def _nothing(self) -> None: ...

    def _print(self) -> None:
        print('{"result": "not this"}')
        os.write(1, b"nor this\n")
        subprocess.run([sys.executable, "-c", "print('nor that')"], check=True)

    def _shout(self) -> None:
        sys.stderr.write("x" * 3_000_000 + "\n")

    def _spin(self) -> None:
        while True:
            pass

    def _sleep(self) -> None:
        subprocess.run(["sleep", "1000"], check=True)

    def _die(self) -> None:
        sys.stderr.write("no more memory\n")
        sys.stderr.flush()
        os._exit(3)

    def _again(self) -> None:
        raise TryAgain("The service is busy.")

    def _never(self) -> None:
        raise Never("The key is wrong.")

    def _crash(self) -> None:
        raise ZeroDivisionError("of all things")

    def _slow(self) -> None:
        time.sleep(0.6)
