"""One line that says what the meeting was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from transcripts.domain import results as write
from transcripts.engines.base import EngineInfo
from transcripts.models import Run
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.language import engine, lines_of, topics_of


def compute(context: Context) -> Json:
    spec, info = engine(context)
    title: str = context.engine(
        spec,
        "title",
        lines=lines_of(context.transcript),
        topics=topics_of(context.run),
        language=context.transcript.language,
    )
    return {"title": title, "info": asdict(info)}


def save(run: Run, results: Sequence[Json]) -> None:
    write.save_title(run.transcript, results[0]["title"])
    write.record_engine(run.transcript, "title", EngineInfo(**results[0]["info"]))


WORK = StepWork(compute, save, doing="Finding a title", engine_from="topics")
