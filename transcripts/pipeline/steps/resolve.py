"""What lies behind the link: whether it may be asked, and where the recording is."""

from __future__ import annotations

from transcripts.pipeline.context import Context
from transcripts.pipeline.links.found import FOUND, Found
from transcripts.pipeline.links.look import Looker
from transcripts.pipeline.steps.base import Json, StepWork
from transcripts.pipeline.steps.prepare import asked_language


def look(context: Context) -> Found:
    return Looker(context.scratch, context.checkpoint).look(
        context.transcript.source_url, language=asked_language(context.transcript.source_language) or ""
    )


def compute(context: Context) -> Json:
    found: Json = FOUND.dump_python(look(context), mode="json")
    return found


WORK = StepWork(compute, doing="Looking at what lies behind the link")
