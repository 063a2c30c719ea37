"""A corrected text gets the times of the words that it corrects."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from transcripts.domain.retiming import retimed


def words(*texts: str, gap: float = 0.0) -> list[dict[str, Any]]:
    """Each takes a second."""
    found = []
    for place, text in enumerate(texts):
        start = place * (1 + gap)
        found.append({"text": text, "start": start, "end": start + 1, "confidence": 0.5})
    return found


def shown(found: list[dict[str, Any]]) -> list[tuple[str, float, float]]:
    return [(word["text"], word["start"], word["end"]) for word in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", [(" one", 0, 1), (" two", 1, 2), (" three", 2, 3)]),
        ("one too three", [(" one", 0, 1), (" too", 1, 2), (" three", 2, 3)]),
        ("One, two three.", [(" One,", 0, 1), (" two", 1, 2), (" three.", 2, 3)]),
        ("one three", [(" one", 0, 1), (" three", 2, 3)]),
        ("one xx yy three", [(" one", 0, 1), (" xx", 1, 1.5), (" yy", 1.5, 2), (" three", 2, 3)]),
        ("one x", [(" one", 0, 1), (" x", 1, 3)]),
        ("new one two three", [(" new", 0, 0), (" one", 0, 1), (" two", 1, 2), (" three", 2, 3)]),
        ("one two three new", [(" one", 0, 1), (" two", 1, 2), (" three", 2, 3), (" new", 3, 3)]),
        ("", []),
    ],
    ids=["same", "another", "spelling", "fewer", "more", "fewer and another", "in front", "behind", "nothing"],
)
def test_times(text: str, expected: list[tuple[str, float, float]]) -> None:
    assert shown(retimed(words(" one", " two", " three"), text)) == expected


def test_a_new_word_takes_the_silence_between_its_neighbours() -> None:
    found = retimed(words(" one", " two", gap=1.0), "one and two")
    assert found[1] == {"text": " and", "start": 1.0, "end": 2.0, "edited": True}


def test_what_survives_keeps_its_confidence_and_what_is_new_has_none() -> None:
    found = retimed([{**word, "suspect": "rate"} for word in words(" one", " two", " three")], "one Two four")
    assert found[0] == {"text": " one", "start": 0, "end": 1, "confidence": 0.5, "suspect": "rate"}
    assert found[1] == {"text": " Two", "start": 1, "end": 2, "confidence": 0.5, "edited": True}
    assert found[2] == {"text": " four", "start": 2, "end": 3, "edited": True}


def test_words_that_are_written_as_one_stay_together() -> None:
    found = retimed(words(" twenty", "-five", " men"), "twenty-five women")
    assert shown(found) == [(" twenty", 0, 1), ("-five", 1, 2), (" women", 2, 3)]


def test_a_first_word_without_a_space_gets_one_further_on() -> None:
    found = retimed(words("one", " two"), "well one two")
    assert "".join(word["text"] for word in found) == "well one two"


def test_languages_without_spaces() -> None:
    found = retimed(words("你好", "世界", "吗"), "你好地球吗")
    assert shown(found) == [("你好", 0, 1), ("地球", 1, 2), ("吗", 2, 3)]
    assert [word.get("edited", False) for word in found] == [False, True, False]


WORDS = some.lists(some.sampled_from(["a", "b,", "C", "dd", "e-f", "世", "界"]), min_size=1, max_size=12)


@given(old=WORDS, new=WORDS, gap=some.sampled_from([0.0, 0.5]))
def test_it_reads_as_was_asked_in_order_and_within_its_time(old: list[str], new: list[str], gap: float) -> None:
    before = words(*(f" {text}" for text in old), gap=gap)
    text = " ".join(new)
    found = retimed(before, text)
    assert "".join(word["text"] for word in found).strip() == text
    starts = [word["start"] for word in found]
    assert starts == sorted(starts)
    assert all(word["start"] <= word["end"] for word in found)
    assert starts[0] >= before[0]["start"]
    assert found[-1]["end"] <= before[-1]["end"]
    assert all(one["end"] <= other["start"] for one, other in pairwise(found))
