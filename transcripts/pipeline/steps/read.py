"""One pass over the sound: 16 kHz audio for the engines, the waveform, and where somebody speaks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.conf import settings

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.domain import results as write
from transcripts.engines.diarization.channels import ChannelStatistics
from transcripts.engines.transcription.gate import SpeechDetector
from transcripts.models import Run
from transcripts.pipeline import audio
from transcripts.pipeline.context import Context
from transcripts.pipeline.failures import StepFailed
from transcripts.pipeline.steps.base import MINUTES, Json, StepWork
from transcripts.pipeline.steps.probe import set_lane, uploaded


def compute(context: Context) -> Json:
    detector = SpeechDetector()
    target = context.scratch / "engine.wav"
    with vault.open_audio(uploaded(context.run)) as source:
        found = audio.extract(
            source,
            target,
            checkpoint=context.checkpoint,
            progress=context.progress,
            observers=[detector.feed],
            channels=ChannelStatistics(),
        )
    if found.duration > settings.MAX_AUDIO_HOURS * 3600:
        raise StepFailed(
            f"The recording is longer than {settings.MAX_AUDIO_HOURS:g} hours (MAX_AUDIO_HOURS).", permanent=True
        )
    stored = vault.store(
        target,
        kind=AudioKind.ENGINE,
        transcript_id=context.transcript.id,
        extension="wav",
        media_type="audio/wav",
        origin=context.origin,
    )
    return {
        "audio": str(stored.pk),
        "duration": found.duration,
        "channels": found.channels,
        "peaks": found.peaks,
        "truncated": found.truncated,
        "damaged": found.damaged,
        "speech": [[round(start, 3), round(end, 3)] for start, end in detector.finish()],
        "dips": [[round(time, 3), round(level, 1)] for time, level in detector.dips],
    }


def save(run: Run, results: Sequence[Json]) -> None:
    found = results[0]
    vault.adopt(AudioObject.objects.get(pk=uuid.UUID(found["audio"])))
    set_lane(run, found["duration"])
    write.save_media(run.transcript, duration=found["duration"], waveform=found["peaks"])


WORK = StepWork(compute, save, doing="Decoding the sound", counts=MINUTES)
