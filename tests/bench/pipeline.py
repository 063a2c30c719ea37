"""A whole run from upload to transcript with engines that cost nothing: all that is not an engine, step by step.

That is decode, resample, speech detection, waveform, mp3, storing with digests, aligning, and every write to the
database. Beside it, the ffmpeg command of `audio`, in the same run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.audio import CACHE, KBITS, PROJECT, RUNS, TARGET, Work, ffmpeg, measured, recording

ENGINES = {
    "DJANGO_SETTINGS_MODULE": "reflector_site.settings",
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedCost",
    "DIARIZATION_ENGINE": "tests.engines:TwoSpeakers",
    "LANGUAGE_ENGINE": "extractive",
    "FIXED_COST": "0",
    "FIXED_COST_SHARD": "300",
    "OFFLINE": "1",
    "LEASE_SECONDS": "600",
}
#: The steps that make audio of audio and words of words, which ffmpeg's work is held against.
HELD_AGAINST_FFMPEG = ("gather", "probe", "read", "playback", "align")


def whole_run() -> None:
    """A whole run without its engines, beside ffmpeg: CPU seconds of each step and peak memory, median of three."""
    sources = [recording(minutes, KBITS) for minutes in (10, 60)]
    reference = Work("ffmpeg: decode once, 16 kHz, mp3", ffmpeg)
    beside = measured([reference], sources)
    runs = [[_run(source) for _ in range(RUNS)] for source in sources]
    print(f"{'':<46}{'10 min':>10}{'60 min':>12}")
    for step in runs[1][0]["steps"]:
        costs = [_seconds(of_source, (step,)) for of_source in runs]
        print(f"{step:<46}" + "".join(f"{cost:>10.1f} s" for cost in costs))
    print(f"{'peak memory, Python and Django included':<46}" + "".join(f"{_megabytes(r):>9.0f} MB" for r in runs))
    print(f"{reference.name:<46}" + "".join(f"{beside[reference, source].seconds:>10.1f} s" for source in sources))
    _ratio("gather to playback, and align", runs[1], HELD_AGAINST_FFMPEG, beside[reference, sources[1]].seconds)
    _ratio("everything", runs[1], tuple(runs[1][0]["steps"]), beside[reference, sources[1]].seconds)
    print(f"target at most {TARGET}, for the first")


def _ratio(what: str, runs: list[dict[str, Any]], steps: tuple[str, ...], against: float) -> None:
    print(f"{what}: {_seconds(runs, steps):.1f} s, {_seconds(runs, steps) / against:.2f} times ffmpeg")


def _seconds(runs: list[dict[str, Any]], steps: tuple[str, ...]) -> float:
    return median(sum(run["steps"].get(step, 0) for step in steps) for run in runs)


def _megabytes(runs: list[dict[str, Any]]) -> float:
    return median(run["megabytes"] for run in runs)


def _run(source: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir=CACHE) as directory:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.pipeline_work", str(source)],
            cwd=PROJECT,
            env={**os.environ, **ENGINES, "REFLECTOR_VAR": f"{directory}/var"},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
