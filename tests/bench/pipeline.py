"""A real worker taking a file from upload to transcript with engines that cost nothing: all that is not an engine.

That is decode, resample, speech detection, mp3, waveform, storing with digests, aligning, and every write to the
database; engines run in processes of their own and are not counted. Beside it, the ffmpeg command of `audio`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import psutil

from tests.bench.audio import KBITS, TARGET, Cost, Work, ffmpeg, measured, recording
from tests.bench.workers import START
from tests.stack import running, until

ENGINES = {"TRANSCRIPTION_ENGINE": "tests.engines:FixedCost", "FIXED_COST": "0", "FIXED_COST_SHARD": "300"}


def whole_worker() -> None:
    """A whole run in a real worker without its engines, beside ffmpeg: CPU seconds and peak memory."""
    reference = Work("ffmpeg: decode once, 16 kHz, mp3", ffmpeg)
    print(f"{'audio':<10}{'worker':>20}{'ffmpeg':>20}{'ratio':>8}   target at most {TARGET}")
    sources = {minutes: recording(minutes, KBITS) for minutes in (10, 60)}
    references = measured([reference], list(sources.values()))
    for minutes, source in sources.items():
        ours, beside = worker_cost(source), references[reference, source]
        print(f"{minutes:>4} min  {_shown(ours)}{_shown(beside)}{ours.seconds / beside.seconds:>8.2f}")


def _shown(cost: Cost) -> str:
    return f"{cost.seconds:>10.1f} s{cost.megabytes:>5.0f} MB"


def worker_cost(source: Path) -> Cost:
    """CPU of the worker process alone from the moment it is ready, and its peak memory with Python and Django in it."""
    with (
        tempfile.TemporaryDirectory() as directory,
        running(Path(directory) / "var", {**ENGINES, "DIARIZATION_ENGINE": "none", "LEASE_SECONDS": "60"}) as stack,
    ):
        log = stack.var / "log" / "worker.log"
        process = psutil.Process(stack.worker(threads=1).pid)
        until(lambda: "Worker ready" in log.read_text(), what="the worker")
        before = process.cpu_times()
        stack.manage("shell", "--no-imports", "-c", START, AUDIO=str(source))
        until(lambda: _is_over(stack.rows("select state from transcripts_run")), seconds=1800, what="the end")
        after = process.cpu_times()
        peak = Path(f"/proc/{process.pid}/status").read_text().partition("VmHWM:")[2].split()[0]
    return Cost(after.user + after.system - before.user - before.system, int(peak) / 1024)


def _is_over(runs: list[dict[str, str]]) -> bool:
    assert not [run for run in runs if run["state"] in ("failed", "cancelled")], runs
    return any(run["state"] == "ended" for run in runs)
