"""The MP3 that people listen to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.domain import results as write
from transcripts.models import Run
from transcripts.pipeline import audio
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.probe import uploaded


def compute(context: Context) -> Json:
    target = context.scratch / "playback.mp3"
    with vault.open_audio(uploaded(context.run)) as source:
        audio.encode_playback(source, target, checkpoint=context.checkpoint, progress=context.progress)
    stored = vault.store(
        target,
        kind=AudioKind.PLAYBACK,
        transcript_id=context.transcript.id,
        extension="mp3",
        media_type="audio/mpeg",
        origin=context.origin,
    )
    return {"audio": str(stored.pk)}


def save(run: Run, results: Sequence[Json]) -> None:
    vault.adopt(AudioObject.objects.get(pk=uuid.UUID(results[0]["audio"])))
    write.playable(run.transcript)


WORK = StepWork(compute, save, doing="Making the audio for the player")
