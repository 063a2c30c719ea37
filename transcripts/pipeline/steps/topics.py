"""What the meeting was about, piece by piece: cut where the vocabulary changes, each piece titled and summarized."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from transcripts.domain import results as write
from transcripts.engines.base import EngineInfo, TopicText
from transcripts.engines.language.cohesion import segment
from transcripts.models import Run
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.language import engine, lines_of


def parts(run: Run) -> list[Json]:
    return [
        {"first": first, "last": last}
        for first, last in segment(lines_of(run.transcript), language=run.transcript.language)
    ]


def compute(context: Context) -> Json:
    spec, info = engine(context)
    found: TopicText = context.engine(
        spec, "topic", lines=lines_of(context.transcript), language=context.transcript.language, **context.payload
    )
    return {**context.payload, **asdict(found), "info": asdict(info)}


def save(run: Run, results: Sequence[Json]) -> None:
    write.save_topics(run.transcript, [(r["first"], r["last"], r["title"], r["summary"]) for r in results])
    write.record_engine(run.transcript, "topics", EngineInfo(**results[0]["info"]) if results else None)


WORK = StepWork(compute, save, parts, doing="Finding topics", counts="topics")
