"""The end: audio that only the engines needed, and what this run replaced, is erased."""

from __future__ import annotations

from collections.abc import Sequence

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.models import Run
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork


def compute(context: Context) -> Json:
    return {}


def save(run: Run, results: Sequence[Json]) -> None:
    live = AudioObject.objects.live().filter(transcript_id=run.transcript_id)
    vault.request_erasure(live.filter(kind=AudioKind.ENGINE))
    for kind in (AudioKind.PLAYBACK, AudioKind.UPLOAD):
        current = vault.find(run.transcript_id, kind)
        vault.request_erasure(live.filter(kind=kind).exclude(pk__in=[current.pk] if current else []))


WORK = StepWork(compute, save, doing="Tidying up")
