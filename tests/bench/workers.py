"""How much faster two workers transcribe than one: the time of that step alone, from first claim to finish."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.stack import PROJECT, Stack, running, until

SAMPLE = PROJECT / "static" / "sample" / "meeting.mp3"
FIXED_COST = {
    "TRANSCRIPTION_ENGINE": "tests.engines:FixedCost",
    "DIARIZATION_ENGINE": "none",
    "FIXED_COST": "0.02",  # seconds of CPU per second of audio
    "FIXED_COST_SHARD": "60",
}
BUILT_IN = {"TRANSCRIPTION_ENGINE": "pocketsphinx", "DIARIZATION_ENGINE": "none"}


def scaling() -> None:
    """Print both engines' figures. BENCH_BUILT_IN_MINUTES=60 measures the built-in one on an hour too."""
    minutes = int(os.environ.get("BENCH_BUILT_IN_MINUTES", "10"))
    print(f"{'engine':<14}{'audio':>8}{'one worker':>13}{'two workers':>13}{'ratio':>8}   target 1.7")
    for name, length, settings in (("fixed cost", 60, FIXED_COST), ("pocketsphinx", minutes, BUILT_IN)):
        audio = talk(length)
        one, two = (transcription_seconds(audio, settings, workers=n) for n in (1, 2))
        print(f"{name:<14}{length:>4} min{one:>11.1f} s{two:>11.1f} s{one / two:>8.2f}")


def talk(minutes: int) -> Path:
    """The sample meeting over and over, as a WAV of 16 kHz that reads in no time."""
    target = PROJECT / "var" / "bench" / f"talk-{minutes}.wav"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                *["ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", str(SAMPLE), "-t", str(minutes * 60)],
                *["-ar", "16000", "-ac", "1", str(target)],
            ],
            check=True,
        )
    return target


def transcription_seconds(audio: Path, settings: Mapping[str, str], *, workers: int) -> float:
    with (
        tempfile.TemporaryDirectory() as directory,
        running(Path(directory) / "var", {**settings, "LEASE_SECONDS": "60"}) as stack,
    ):
        stack.scheduler()
        stack.manage("shell", "--no-imports", "-c", START, AUDIO=str(audio))
        for _ in range(workers):
            stack.worker(threads=1)
        until(lambda: _finished(stack), seconds=3 * 3600, what="the end of transcription")
        return _finished(stack)[0]["seconds"]


def _finished(stack: Stack) -> list[dict[str, float]]:
    return stack.rows(
        "select extract(epoch from finished_at - started_at)::float as seconds from transcripts_step"
        " where name = 'transcribe' and state = 'done'"
    )


START = """
import os
from accounts.domain import command_line_user
from transcripts.domain.create import create_transcript
from transcripts.pipeline import intake
transcript = create_transcript(user=command_line_user(), name="bench")
with open(os.environ["AUDIO"], "rb") as file:
    intake.receive_file(transcript, file)
"""
