"""Who spoke when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from consent import vault
from consent.models import AudioObject
from transcripts.domain import results as write
from transcripts.engines import registry
from transcripts.engines.base import Clip, Diarizer, EngineInfo
from transcripts.models import Run
from transcripts.pipeline import scratch
from transcripts.pipeline.choose import engine_for, wanted
from transcripts.pipeline.context import Context, results_of
from transcripts.pipeline.steps.base import Json, StepWork


def parts(run: Run) -> list[Json]:
    """Nothing to do where nobody speaks, where each speaker has a channel, or where it is switched off."""
    found = results_of(run, "read")[0]
    return [] if wanted("diarization") == "none" or found["channels"] > 1 or not found["speech"] else [{}]


def compute(context: Context) -> Json:
    found = context.result("read")
    spec = engine_for("diarization").spec
    audio = AudioObject.objects.get(pk=found["audio"])
    path = vault.local_file(audio, scratch.run_directory(context.run.pk))
    needs_url = cast(Diarizer, registry.load(spec)).needs_url
    clip = Clip(path=str(path), start=0, end=found["duration"], url=vault.url(audio) if needs_url else None)
    turns = context.engine(spec, "diarize", clip=clip)
    return {"turns": [asdict(turn) for turn in turns], "info": asdict(context.engine(spec, "info"))}


def save(run: Run, results: Sequence[Json]) -> None:
    info = EngineInfo(**results[0]["info"]) if results else None
    write.record_engine(run.transcript, "diarization", info)


WORK = StepWork(compute, save, parts, doing="Telling the voices apart")
