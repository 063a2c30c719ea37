"""What a step is given: its run, its payload, a scratch directory, and ways to report, to stop, to call engines."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from transcripts.engines.pool import EnginePool
from transcripts.engines.registry import EngineSpec
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline.failures import TooSlow

#: Seconds that one call of an engine may take at the most; the part's own time limit usually ends it before.
ENGINE_TIMEOUT = 24 * 3600.0


@dataclass
class Pulse:
    """What the heartbeat and the step tell each other; plain attributes, written by one side each."""

    progress: float = 0.0
    total: float = 0.0  # of what `progress` is a share, in the step's own unit
    counted: bool = False  # whether that total is the amount of work: a part that learns its size as it goes
    message: str = ""
    stop: type[Exception] | None = None
    stopped: threading.Event = field(default_factory=threading.Event)


@dataclass
class Context:
    part: Part
    run: Run
    transcript: Transcript
    pulse: Pulse
    scratch: Path
    pool: EnginePool
    deadline: float  # of time.monotonic()

    @property
    def payload(self) -> dict[str, Any]:
        return dict(self.part.payload)

    @property
    def origin(self) -> str:
        """The name under which this attempt stores audio in the vault."""
        return self.part.origin

    def checkpoint(self) -> None:
        """Called at least once a second of work. Raises Cancelled, Lost, Interrupted or TooSlow when it must stop."""
        if self.pulse.stop is not None:
            raise self.pulse.stop()
        if time.monotonic() > self.deadline:
            raise TooSlow()

    def progress(self, done: float, total: float) -> None:
        """Real work done so far, in whatever unit; never goes back."""
        if total > 0:
            self.pulse.progress = max(self.pulse.progress, min(done / total, 1.0))
            self.pulse.total = total

    def say(self, message: str, done: float = 0, total: float = 0) -> None:
        """What it is doing, for people."""
        self.pulse.message = message
        self.progress(done, total)

    def result(self, step: str) -> dict[str, Any]:
        """What a finished step with one part found."""
        return self.results(step)[0]

    def results(self, step: str) -> list[dict[str, Any]]:
        return results_of(self.run, step)

    def engine(
        self, spec: EngineSpec, method: str, *, progress: Callable[[float, float], None] | None = None, **arguments: Any
    ) -> Any:
        """Call an engine in its child process. A cancel kills it; raises TryAgain or Never as the engine does."""
        with self.pool.engine(spec) as process:
            return process.call(
                method,
                checkpoint=self.checkpoint,
                progress=progress or self.progress,
                report=self.say,
                timeout=ENGINE_TIMEOUT,
                **arguments,
            )


def results_of(run: Run, step: str) -> list[dict[str, Any]]:
    """The results of all parts of a finished step, in order; empty where it was skipped or had nothing to do."""
    parts = Part.objects.filter(step__run=run, step__name=step, result__isnull=False).order_by("number")
    return [result for result in parts.values_list("result", flat=True) if result is not None]
