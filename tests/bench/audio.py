"""What everything costs that is not an engine, beside the ffmpeg command doing the same.

Each piece of work runs in a process of its own, as in the pipeline, so start-up and imports count, and so does decoding
the source twice, which lets transcription begin before the mp3 is made. This process imports nothing large, because
Linux counts a parent's memory in its children's peak.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).parent.parent.parent
CACHE = PROJECT / "var" / "bench"
RUNS = 3
TARGET = 1.3
#: More than the 160 kbit/s up to which an mp3 is copied, so that both sides decode and encode.
KBITS = 192
COPIED_KBITS = 128


@dataclass(frozen=True)
class Cost:
    seconds: float  # of CPU, user and system
    megabytes: float  # at the peak


@dataclass(frozen=True)
class Work:
    """A row of the table: `command` gives the arguments for a source and a directory to write to.

    `counted` is whether it is part of the sum that is held against ffmpeg.
    """

    name: str
    command: Callable[[Path, Path], list[str]]
    counted: bool = True


def ours(name: str) -> Callable[[Path, Path], list[str]]:
    return lambda source, target: [sys.executable, "-m", "tests.bench.audio_work", name, str(source), str(target)]


def ffmpeg(source: Path, target: Path) -> list[str]:
    """One decode, 16 kHz mono WAV and an mp3 with the settings of `encode_playback`, on one thread like it."""
    return [
        *["ffmpeg", "-v", "error", "-y", "-threads", "1", "-i", str(source)],
        *["-map", "0:a", "-ac", "1", "-ar", "16000", str(target / "engine.wav")],
        *["-map", "0:a", "-c:a", "libmp3lame", "-b:a", "128k", "-compression_level", "7", str(target / "play.mp3")],
    ]


#: Add a row here for other work that is not an engine's.
WORKS = [
    Work("probe; extract: decode, 16 kHz, waveform", ours("extract")),
    Work("encode_playback: decode, mp3", ours("playback")),
]
BESIDE = [
    Work("extract with speech detection", ours("detect"), counted=False),
    Work("encode_playback of an mp3 that can be copied", ours("copy"), counted=False),
]


def beside_ffmpeg() -> None:
    """An hour and ten minutes of 44.1 kHz stereo mp3: CPU seconds and peak memory, median of three runs."""
    sources = [recording(minutes, KBITS) for minutes in (10, 60)]
    for minutes in (10, 60):
        recording(minutes, COPIED_KBITS)
    reference = Work("ffmpeg: decode once, 16 kHz, mp3", ffmpeg)
    costs = measured([*WORKS, *BESIDE, reference], sources)
    print(f"{'':<46}{'10 min':>18}{'60 min':>20}")
    for work in (*WORKS, *BESIDE, reference):
        note = "" if work.counted else "   (not in the sum)"
        print(f"{work.name:<46}{''.join(_shown(costs[work, source]) for source in sources)}{note}")
    total = sum(costs[work, sources[-1]].seconds for work in WORKS)
    print(f"{'sum of ours, 60 min':<46}{'':>20}{total:>8.1f} s")
    print(f"ratio to ffmpeg {total / costs[reference, sources[-1]].seconds:.2f}, target at most {TARGET}")


def _shown(cost: Cost) -> str:
    return f"{cost.seconds:>8.1f} s{cost.megabytes:>6.0f} MB  "


def measured(works: Sequence[Work], sources: Sequence[Path]) -> dict[tuple[Work, Path], Cost]:
    """The medians. Works take turns, so that what else the machine does in the meantime falls on all of them."""
    runs: dict[tuple[Work, Path], list[Cost]] = {(work, source): [] for work in works for source in sources}
    for _ in range(RUNS):
        for (work, source), costs in runs.items():
            costs.append(_run(work, source))
    return {
        key: Cost(median(cost.seconds for cost in costs), median(cost.megabytes for cost in costs))
        for key, costs in runs.items()
    }


def _run(work: Work, source: Path) -> Cost:
    with tempfile.TemporaryDirectory(dir=CACHE) as target:
        process = subprocess.Popen(work.command(source, Path(target)), cwd=PROJECT)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{work.name} failed on {source}.")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def recording(minutes: int, kbits: int) -> Path:
    """The sample meeting over and over in 44.1 kHz stereo, kept under var/bench."""
    target = CACHE / f"stereo-{minutes}-{kbits}.mp3"
    if not target.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        subprocess.run(
            [sys.executable, "-m", "tests.bench.audio_work", "record", str(minutes), str(kbits), str(part)],
            cwd=PROJECT,
            check=True,
        )
        part.rename(target)
    return target
