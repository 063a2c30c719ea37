"""The score, its reasons, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from transcripts.domain.checking import Tally
from transcripts.domain.quality import Signals, covered_seconds, doubt_of, quality, word_for

PERFECT = Signals(
    words=300, confidence=0.95, speech=120.0, covered=118.0, told_apart=True, asked="en", detected="en", looks="en",
    tally=Tally(sentences=20, grounded=20),
)  # fmt: skip


def costs(**changes: Any) -> dict[str, int]:
    found = quality(replace(PERFECT, **changes))
    lost = {reason["code"]: reason["points"] for reason in found["reasons"]}
    assert found["score"] == 100 - sum(lost.values())
    assert all(reason["sentence"].endswith(".") for reason in found["reasons"])
    return lost


def test_nothing_speaks_against_it() -> None:
    found = quality(PERFECT)
    assert (found["score"], found["reasons"], found["coverage"]) == (100, [], 0.983)
    assert found["checked"] == {
        "sentences": 20, "grounded": 20, "weak": 0, "dropped": 0, "fields": 0, "mended": 0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"confidence": 0.8}, {"confidence": 5}),
        ({"confidence": 0.1}, {"confidence": 20}),
        ({"confidence": None}, {}),
        ({"suspect": 1}, {"suspect": 1}),
        ({"suspect": 30}, {"suspect": 10}),
        ({"suspect": 290}, {"suspect": 25}),
        ({"covered": 60.0}, {"coverage": 20}),
        ({"speech": None}, {}),
        ({"words": 800}, {"pace": 10}),
        ({"words": 800, "spaced": False}, {}),
        ({"words": 50}, {"pace": 10}),
        ({"detected": "de"}, {"language": 15}),
        ({"asked": "", "looks": "fr"}, {"language": 15}),
        ({"looks": None}, {}),
        ({"told_apart": False}, {"speakers": 8}),
        ({"told_apart": None}, {}),
        ({"drafts": frozenset({"diarization"})}, {"speakers": 4}),
        ({"drafts": frozenset({"transcription", "summary"})}, {"draft_words": 40, "draft_text": 5}),
        ({"truncated": True, "damaged": True}, {"truncated": 10, "damaged": 10}),
        ({"tally": Tally(sentences=20, grounded=15, weak=3, dropped=2)}, {"dropped": 5, "weak": 3}),
        ({"tally": Tally(sentences=4, dropped=4)}, {"dropped": 25}),
        ({"tally": Tally()}, {}),
    ],
)
def test_what_each_thing_costs(changes: dict[str, Any], lost: dict[str, int]) -> None:
    assert costs(**changes) == lost


def test_it_does_not_fall_below_nothing() -> None:
    wretched = replace(
        PERFECT, suspect=300, covered=0, confidence=0.1, truncated=True, damaged=True, told_apart=False,
        drafts=frozenset({"transcription"}),
    )  # fmt: skip
    assert quality(wretched)["score"] == 0


def test_silence_is_not_judged() -> None:
    found = quality(Signals(words=0, speech=0.4))
    assert (found["score"], [reason["code"] for reason in found["reasons"]]) == (None, ["silent"])


def test_speech_without_a_word_is_the_worst() -> None:
    found = quality(Signals(words=0, speech=40.0))
    assert (found["score"], found["coverage"], found["reasons"][0]["code"]) == (0, 0.0, "coverage")
    assert "40 seconds" in found["reasons"][0]["sentence"]


@pytest.mark.parametrize(
    ("score", "word"),
    [(100, "Good"), (80, "Good"), (79, "Fair"), (60, "Fair"), (59, "Poor"), (0, "Poor"), (None, "Nothing to judge")],
)  # fmt: skip
def test_one_word(score: int | None, word: str) -> None:
    assert word_for(score) == word


@pytest.mark.parametrize(
    ("speech", "words", "seconds"),
    [
        ([], [(0.0, 1.0)], 0.0),
        ([[0.0, 10.0]], [], 0.0),
        ([[0.0, 10.0]], [(2.0, 3.0)], 2.0),
        ([[0.0, 10.0]], [(2.0, 3.0), (2.5, 3.5)], 2.5),
        ([[0.0, 2.0], [3.0, 5.0]], [(1.0, 4.0)], 3.0),
        ([[0.0, 1.0]], [(0.2, 0.4), (0.5, 0.9), (7.0, 8.0)], 1.0),
        ([[5.0, 6.0], [0.0, 1.0]], [(5.0, 6.0)], 1.0),
    ],
)
def test_how_much_of_the_speech_has_words(
    speech: list[list[float]], words: list[tuple[float, float]], seconds: float
) -> None:
    assert covered_seconds(speech, words) == pytest.approx(seconds)


def test_doubts_are_of_what_is_marked() -> None:
    assert doubt_of({}) == doubt_of({"grounding": "grounded", "reason": ""}) == ""
    assert doubt_of({"grounding": "weak", "reason": "Not there."}) == "Not there."
    assert doubt_of({"grounding": "weak"}) == "It was not clearly said."
