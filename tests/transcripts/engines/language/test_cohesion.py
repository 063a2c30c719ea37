from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.transcripts.engines.language.talk import Meeting, talk
from transcripts.engines.base import Line
from transcripts.engines.language.cohesion import SHORTEST_TOPIC, segment


def words_in(lines: list[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def test_no_lines_no_topics() -> None:
    assert segment([]) == []


@pytest.mark.parametrize("text", ["Anna: Hello.", "Anna: Hello.\nBen: Hello Anna, shall we start?\nAnna: Yes."])
def test_a_short_text_is_one_topic(text: str) -> None:
    lines = talk(text)
    assert segment(lines, language="en") == [(0, len(lines) - 1)]


def test_lines_without_words_are_covered() -> None:
    lines = [Line("A", float(second), second + 1.0, "") for second in range(300)]
    topics = segment(lines)
    assert (topics[0][0], topics[-1][1]) == (0, 299)


@pytest.mark.parametrize("name", ["product-planning", "projektbesprechung"])
def test_finds_the_topics_of_a_meeting(meeting: Callable[[str], Meeting], name: str) -> None:
    it = meeting(name)
    assert [first for first, _ in segment(it.lines, language=it.language)] == it.firsts


def test_finds_the_topics_of_a_call_within_two_lines(meeting: Callable[[str], Meeting]) -> None:
    it = meeting("clinic-support-call")
    found = [first for first, _ in segment(it.lines, language=it.language)]
    assert len(found) == len(it.firsts)
    assert all(abs(one - true) <= 2 for one, true in zip(found, it.firsts, strict=True))


def test_finds_them_nearly_as_well_without_knowing_the_language(meeting: Callable[[str], Meeting]) -> None:
    it = meeting("product-planning")
    found = [first for first, _ in segment(it.lines)]
    assert all(abs(one - true) <= 1 for one, true in zip(found, it.firsts, strict=True))


@pytest.mark.parametrize("name", ["product-planning", "clinic-support-call", "projektbesprechung"])
@pytest.mark.parametrize("target_words", [60, 150, 300, 3000])
def test_topics_cover_all_lines_in_order_and_none_is_tiny(
    meeting: Callable[[str], Meeting], name: str, target_words: int
) -> None:
    it = meeting(name)
    topics = segment(it.lines, target_words=target_words, language=it.language)
    assert [line for first, last in topics for line in range(first, last + 1)] == list(range(len(it.lines)))
    if len(topics) > 1:
        assert min(words_in(it.lines[first : last + 1]) for first, last in topics) >= SHORTEST_TOPIC


def test_one_endless_monologue_between_short_lines() -> None:
    lines = talk("Anna: Tell us.\nBen: " + "the budget of the harbour is spent " * 700 + "\nAnna: Thanks.")
    topics = segment(lines, language="en")
    assert (topics[0][0], topics[-1][1]) == (0, 2)


def test_ten_thousand_words_take_less_than_a_third_of_a_second(meeting: Callable[[str], Meeting]) -> None:
    lines = meeting("product-planning").lines * 12
    assert words_in(lines) > 10_000
    took = []
    for _ in range(3):  # the best of three: other tests run beside this one
        begun = time.process_time()
        topics = segment(lines, language="en")
        took.append(time.process_time() - begun)
    assert min(took) < 0.3
    assert 20 < len(topics) < 60  # 70 minutes: one to three and a half minutes each
