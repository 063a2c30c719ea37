"""Migrations that move data."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from transcripts import migrations
from transcripts.enums import RunState, StepState
from transcripts.models import Run, Step, Transcript

pytestmark = pytest.mark.django_db

[FILE] = Path(migrations.__path__[0]).glob("*_quality.py")
QUALITY: Any = importlib.import_module(f"{migrations.__name__}.{FILE.stem}")


def run_with(transcript: Transcript, state: RunState, *names: str) -> Run:
    run = Run.objects.create(transcript=transcript, plan="file", before={}, state=state)
    for position, name in enumerate(names):
        Step.objects.create(run=run, name=name, position=position, state=StepState.OPEN)
    return run


def test_a_run_under_way_gets_the_check_before_its_end(transcript: Transcript) -> None:
    ended = run_with(transcript, RunState.ENDED, "summary", "finish")
    active = run_with(transcript, RunState.ACTIVE, "summary", "finish")
    for _ in range(2):  # it may be applied again
        QUALITY.add_the_step(apps, None)
        assert list(active.steps.values_list("name", "position", "state")) == [
            ("summary", 0, "open"),
            ("check", 1, "waiting"),
            ("finish", 2, "open"),
        ]
    assert list(ended.steps.values_list("name", flat=True)) == ["summary", "finish"]
