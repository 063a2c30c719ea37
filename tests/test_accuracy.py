"""The measuring itself must not err."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import accuracy
from transcripts.engines.base import SpeakerTurn


def test_an_rttm_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    path.write_text("SPEAKER a 1 0.50 2.00 <NA> <NA> bea <NA> <NA>\nSPEAKER a 1 3.00 1.00 <NA> <NA> al <NA> <NA>\n")
    assert accuracy.read_rttm(path) == [SpeakerTurn(0.5, 2.5, 0), SpeakerTurn(3.0, 4.0, 1)]


@pytest.mark.parametrize(
    ("found", "rate"),
    [
        ([SpeakerTurn(0, 10, 1), SpeakerTurn(10, 20, 0)], 0.0),  # names do not matter
        ([SpeakerTurn(0, 20, 0)], 0.5),
        ([], 1.0),
    ],
)
def test_the_error_rate_of_known_answers(found: list[SpeakerTurn], rate: float) -> None:
    truth = [SpeakerTurn(0, 10, 0), SpeakerTurn(10, 20, 1)]
    assert accuracy.error_rate(truth, found) == pytest.approx(rate, abs=0.02)


def test_punctuation_and_case_are_not_errors() -> None:
    assert accuracy.plain("Don't, PLEASE — stop!") == "don't please stop"
