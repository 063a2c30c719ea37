"""A run whose steps before the one under test have been done with canned results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.transcripts.pipeline import canned
from transcripts.models import Part, Run, Transcript
from transcripts.pipeline import runs

Until = Callable[[str], Run]


@pytest.fixture
def run_until(transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> Until:
    """Start a run and do all parts before the named step."""
    monkeypatch.setattr("transcripts.pipeline.bell._send", lambda parts: None)

    def start(step: str) -> Run:
        run = runs.process(canned.uploaded(transcript))
        canned.work(run, until=step)
        return run

    return start


def rewrite(run: Run, step: str, **values: Any) -> None:
    """Let a finished step have found something else."""
    part = Part.objects.get(step__run=run, step__name=step)
    part.result = {**part.result, **values}
    part.save(update_fields=["result"])
