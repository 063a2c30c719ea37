"""Choose the speech engine and make it ready: on first use that may mean to fetch its model."""

from __future__ import annotations

from dataclasses import asdict

from transcripts.pipeline.choose import engine_for
from transcripts.pipeline.context import Context
from transcripts.pipeline.steps.base import Json, StepWork


def asked_language(source_language: str) -> str | None:
    """The language to tell an engine; None lets it detect one."""
    return None if source_language in ("", "auto") else source_language


def compute(context: Context) -> Json:
    choice = engine_for("transcription", language=asked_language(context.transcript.source_language))
    context.engine(choice.spec, "prepare")
    info = context.engine(choice.spec, "info")
    # The name alone: options hold keys of services, which do not belong in the database.
    return {"engine": choice.spec.name, "info": asdict(info), "reasons": choice.reasons}


WORK = StepWork(compute, doing="Getting the speech engine ready")
