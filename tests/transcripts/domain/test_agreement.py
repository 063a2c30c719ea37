"""How far captions agree with what was recognised."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.domain.agreement import agreement, side_by_side, words_of


def share(ours: str, theirs: str) -> float | None:
    return agreement(words_of(ours), words_of(theirs))


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("Hello there.", "hello, THERE", 1.0),
        ("Don’t stop", "dont stop [music]", 1.0),
        ("one two three four", "one two four", 6 / 7),  # a word missing counts once
        ("one two three four", "one two six four", 6 / 8),  # a word that differs counts twice
        ("a b c", "x y z", 0.0),
        ("b a", "a b", 0.5),
        ("これはペンです", "これはペンです。", 1.0),
        ("", "hello", None),
        ("hello", "[applause]", None),
    ],
)
def test_agreement(ours: str, theirs: str, expected: float | None) -> None:
    assert share(ours, theirs) == (None if expected is None else pytest.approx(expected))


WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=20)


@given(WORDS, WORDS)
def test_it_is_a_share_and_takes_no_side(ours: list[str], theirs: list[str]) -> None:
    found = agreement(ours, theirs)
    assert found is not None
    assert 0 <= found <= 1
    assert found == agreement(theirs, ours)
    assert (found == 1) == (ours == theirs)


def word(text: str, start: float) -> dict[str, object]:
    return {"text": f" {text}", "start": start, "end": start + 0.4}


def test_side_by_side() -> None:
    cues = [
        {"start": 1.0, "end": 2.0, "text": "Hello there"},
        {"start": 2.0, "end": 3.0, "text": "General"},
        {"start": 9.0, "end": 10.0, "text": "Nothing heard"},
    ]
    words = [word("hello", 0.2), word("there", 1.5), word("corporal", 1.9), word("late", 4.0)]
    pairs = side_by_side(words, cues)
    assert [(pair.theirs, pair.ours, pair.differs) for pair in pairs] == [
        ("Hello there", "hello there", False),
        ("General", "corporal late", True),
        ("Nothing heard", "", True),
    ]
    assert side_by_side(words, []) == []


def test_hours_of_words_are_compared_in_pieces() -> None:
    ours = [f"w{n % 4999}" for n in range(60_000)]
    theirs = ["x" if n % 10 == 0 else word for n, word in enumerate(ours)]
    assert agreement(ours, theirs) == pytest.approx(0.9)
    began = time.monotonic()
    agreement(ours, [f"v{n % 4999}" for n in range(600_000)])
    assert time.monotonic() - began < 2  # at once it would be ten
