"""What reading finds is written, and its audio kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consent import vault
from consent.models import AudioKind, AudioObject
from tests.transcripts.pipeline import canned
from tests.transcripts.pipeline.conftest import take
from transcripts.models import Run
from transcripts.pipeline.steps import read

pytestmark = pytest.mark.django_db

Until = Callable[[str], Run]


def test_length_and_waveform_are_written_and_the_audio_is_kept(run_until: Until) -> None:
    run = run_until("read")
    result = canned.result(take(run, "read"))
    assert vault.find(run.transcript_id, AudioKind.ENGINE) is None
    read.save(run, [result])
    assert (run.transcript.duration, run.transcript.waveform) == (30_000, [0.5] * 255)
    assert str(vault.find(run.transcript_id, AudioKind.ENGINE).pk) == result["audio"]  # type: ignore[union-attr]


def test_audio_that_was_given_up_in_the_meantime_cannot_be_kept(run_until: Until) -> None:
    run = run_until("read")
    claim = take(run, "read")
    result = canned.result(claim)
    vault.abandon(claim.origin)
    with pytest.raises(AudioObject.DoesNotExist):
        read.save(run, [result])
