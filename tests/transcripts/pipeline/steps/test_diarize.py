"""When there is somebody to tell apart, and what is noted of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.steps.conftest import rewrite
from transcripts.models import Run
from transcripts.pipeline.steps import diarize

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]


def test_speech_on_one_channel_is_one_part(run_until: Until) -> None:
    assert diarize.parts(run_until("diarize")) == [{}]


@pytest.mark.parametrize("found", [{"channels": 2}, {"speech": []}])
def test_there_is_nothing_to_do_for_silence_and_for_a_channel_each(run_until: Until, found: dict[str, object]) -> None:
    run = run_until("diarize")
    rewrite(run, "read", **found)
    assert diarize.parts(run) == []


def test_it_can_be_switched_off(run_until: Until, settings: LazySettings) -> None:
    run = run_until("diarize")
    settings.DIARIZATION_ENGINE = "none"
    assert diarize.parts(run) == []


def test_who_told_them_apart_is_noted(run_until: Until) -> None:
    run = run_until("diarize")
    diarize.save(run, [{"turns": [], "info": canned.INFO}])
    assert run.transcript.engines["diarization"] == canned.INFO
    diarize.save(run, [])
    assert "diarization" not in run.transcript.engines
