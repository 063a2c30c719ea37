"""What kind of file it is, and whether it has sound: reads headers only, so it is quick for any length."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.enums import Lane
from transcripts.models import Run
from transcripts.pipeline import audio
from transcripts.pipeline.context import Context
from transcripts.pipeline.failures import StepFailed
from transcripts.pipeline.steps.base import Json, StepWork

#: What browsers record that write no length into the header: 128 kbit/s.
GUESSED_BYTES_PER_SECOND = 16_000


def uploaded(run: Run) -> AudioObject:
    """The file that the run reads. Raises StepFailed when it is gone."""
    found = vault.find(run.transcript_id, AudioKind.UPLOAD)
    if found is None:
        raise StepFailed("There is no audio file any more. Upload it again.", permanent=True)
    return found


def compute(context: Context) -> Json:
    with vault.open_audio(uploaded(context.run)) as file:
        media = audio.probe(file)
    hours = (media.duration or 0) / 3600
    if hours > settings.MAX_AUDIO_HOURS:
        raise StepFailed(
            f"The recording is {hours:.1f} hours long; the limit is {settings.MAX_AUDIO_HOURS:g} (MAX_AUDIO_HOURS).",
            permanent=True,
        )
    return {"duration": media.duration, "channels": media.channels, "codec": media.codec, "container": media.container}


def save(run: Run, results: Sequence[Json]) -> None:
    size = uploaded(run).size or 0
    set_lane(run, results[0]["duration"] or size / GUESSED_BYTES_PER_SECOND)


def set_lane(run: Run, seconds: float) -> None:
    """Short recordings have workers of their own."""
    run.lane = Lane.SHORT if seconds < settings.SHORT_LANE_SECONDS else Lane.LONG
    run.save(update_fields=["lane"])


WORK = StepWork(compute, save, doing="Looking at the file")
