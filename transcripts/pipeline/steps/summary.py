"""The recap and the long summary, each sentence with the seconds it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from pydantic import TypeAdapter

from transcripts.domain import results as write
from transcripts.engines.base import EngineInfo, Summary
from transcripts.models import Run
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.language import engine, lines_of, topics_of

SUMMARY = TypeAdapter(Summary)


def compute(context: Context) -> Json:
    spec, info = engine(context)
    found: Summary = context.engine(
        spec,
        "summary",
        lines=lines_of(context.transcript),
        topics=topics_of(context.run),
        language=context.transcript.language,
    )
    return {"summary": asdict(found), "info": asdict(info)}


def save(run: Run, results: Sequence[Json]) -> None:
    write.save_summary(run.transcript, SUMMARY.validate_python(results[0]["summary"]))
    write.record_engine(run.transcript, "summary", EngineInfo(**results[0]["info"]))


WORK = StepWork(compute, save, doing="Writing the summary", engine_from="topics")
