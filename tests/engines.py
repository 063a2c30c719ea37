"""Engines with known behaviour, chosen by their dotted path (TRANSCRIPTION_ENGINE=tests.engines:FixedCost).

Real engines in every respect but the listening: built from options, run in a child process, killed by a cancel.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from transcripts.engines.base import Clip, EngineInfo, Progress, SpeakerTurn, Transcription, Word

#: What is said over and over, a word each half second: a small meeting with a decision and a next step.
SCRIPT = """
We decided to ship the release on Monday . Anna will send the report to the customer by Friday .
The budget for the project is fine and the design is ready . I will call the supplier tomorrow .
""".split()  # noqa: SIM905 -- readable as sentences
WORD_SECONDS = 0.5


class FixedCost:
    """Burns COST seconds of CPU for each second of audio, and says one word of the script each half second."""

    name: ClassVar[str] = "fixed-cost"
    needs_url: ClassVar[bool] = False
    shard_seconds: ClassVar[float] = float(os.environ.get("FIXED_COST_SHARD", "30"))

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.cost = float(os.environ.get("FIXED_COST", "0.002"))

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model=f"{self.cost:g} s per second", version="1")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Ready", 1, 1)

    def languages(self) -> None:
        return None

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        length = clip.end - clip.start
        for second in range(math.ceil(length)):
            self.spend(self.cost * min(length - second, 1.0))
            progress(min(second + 1, length), length)
        return Transcription(words=_words(clip), language=language or "en")

    def spend(self, seconds: float) -> None:
        _burn(seconds)


def _burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def _words(clip: Clip) -> list[Word]:
    """The word at a place depends on the place only, so however the audio is cut the text is the same."""
    first = int(-(-clip.start // WORD_SECONDS))
    last = int((clip.end - 0.4) // WORD_SECONDS)
    return [
        Word(f" {SCRIPT[n % len(SCRIPT)]}", n * WORD_SECONDS, n * WORD_SECONDS + 0.4, confidence=0.9)
        for n in range(first, last + 1)
    ]


class FixedTime(FixedCost):
    """Costs COST seconds of waiting, as a service elsewhere does: the same however busy this machine is."""

    name: ClassVar[str] = "fixed-time"

    def spend(self, seconds: float) -> None:
        time.sleep(seconds)


class Endless(FixedCost):
    """Never comes to an end: what a cancel has to kill."""

    name: ClassVar[str] = "endless"

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        while True:
            _burn(0.1)


class TwoSpeakers:
    """Speaker 0 and speaker 1 take turns of ten seconds."""

    name: ClassVar[str] = "two-speakers"
    needs_url: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.turn = 10.0

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model="ten seconds each", version="1")

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("Ready", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        progress(1, 1)
        turns = int((clip.end - clip.start) // self.turn) + 1
        return [
            SpeakerTurn(clip.start + n * self.turn, min(clip.start + (n + 1) * self.turn, clip.end), n % 2)
            for n in range(turns)
            if clip.start + n * self.turn < clip.end
        ]
