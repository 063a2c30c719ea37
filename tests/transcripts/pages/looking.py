"""How tests of pages read them, and put a run before them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from transcripts.enums import StepState
from transcripts.models import Run, Step, Topic, Transcript
from transcripts.pipeline import stages
from transcripts.pipeline.plans import FILE

New = Callable[..., Transcript]
Say = Callable[..., Topic]
DRAFT = {"engine": "pocketsphinx", "model": "en-us", "version": "5.1.1", "draft": True}


def text_of(answer: Any) -> str:
    """What the page says, without its elements."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def address(name: str, transcript: Transcript, *more: str) -> str:
    return reverse(name, args=[transcript.pk, *more])


def run_of(transcript: Transcript, *, open_step: str = "transcribe", **fields: Any) -> Run:
    """An active run in which everything above `open_step` is done."""
    run = Run.objects.create(transcript=transcript, plan="file", before={}, **fields)
    opened = FILE.names().index(open_step)
    for position, name in enumerate(FILE.names()):
        state = StepState.DONE if position < opened else StepState.WAITING
        Step.objects.create(
            run=run, name=name, position=position, state=StepState.OPEN if position == opened else state
        )
    steps = list(run.steps.all())
    run.stage = stages.current("file", steps)
    run.stages = [stage.model_dump() for stage in stages.shown("file", steps)]
    run.save(update_fields=["stage", "stages"])
    return run
