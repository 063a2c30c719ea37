"""What was decided, and who will do what by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from pydantic import TypeAdapter

from transcripts.domain import results as write
from transcripts.engines.base import ActionItems, EngineInfo
from transcripts.models import Run
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.language import engine, lines_of

ACTION_ITEMS = TypeAdapter(ActionItems)


def compute(context: Context) -> Json:
    spec, info = engine(context)
    found: ActionItems = context.engine(
        spec, "action_items", lines=lines_of(context.transcript), language=context.transcript.language
    )
    return {"items": asdict(found), "info": asdict(info)}


def save(run: Run, results: Sequence[Json]) -> None:
    write.save_action_items(run.transcript, ACTION_ITEMS.validate_python(results[0]["items"]))
    write.record_engine(run.transcript, "action_items", EngineInfo(**results[0]["info"]))


WORK = StepWork(compute, save, doing="Looking for decisions and next steps")
