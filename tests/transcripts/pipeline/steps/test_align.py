"""Words meet speakers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from tests.transcripts.pipeline.conftest import part_of
from tests.transcripts.pipeline.steps.conftest import rewrite
from transcripts.engines.pool import EnginePool
from transcripts.models import Part, Run
from transcripts.pipeline.context import Context, Pulse
from transcripts.pipeline.steps import align

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]


def compute(run: Run) -> list[int]:
    """The speaker of each word."""
    context = Context(
        part=part_of(run, "align"),
        run=run,
        transcript=run.transcript,
        pulse=Pulse(),
        scratch=Path(),
        pool=cast(EnginePool, None),
        deadline=float("inf"),
    )
    return [word["speaker"] for word in align.compute(context)["words"]]


def test_words_get_the_speaker_of_their_turn(run_until: Until) -> None:
    assert compute(run_until("align")) == [0] * 20 + [1] * 20 + [0] * 20


def test_without_speakers_there_is_one(run_until: Until) -> None:
    run = run_until("align")
    Part.objects.filter(step__run=run, step__name="diarize").delete()
    assert compute(run) == [0] * 60


def test_a_skipped_diarization_is_no_obstacle(run_until: Until) -> None:
    run = run_until("align")
    Part.objects.filter(step__run=run, step__name="diarize").update(result=None, state="failed")
    assert compute(run) == [0] * 60


def test_where_the_channel_is_the_speaker_it_stays(run_until: Until) -> None:
    run = run_until("align")
    rewrite(run, "read", channels=2)
    Part.objects.filter(step__run=run, step__name="transcribe").update(payload={"start": 0, "end": 30, "channel": 1})
    assert compute(run) == [1] * 60
