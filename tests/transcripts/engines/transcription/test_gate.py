from itertools import pairwise

import pytest

from transcripts.engines.base import Word
from transcripts.engines.transcription.gate import LONG, LONGEST_PAUSE, MARGIN, pieces, review


def said(text: str, *, start: float = 0.0, each: float = 0.3, confidence: float | None = None) -> list[Word]:
    """Each word `each` seconds long, one right after the other."""
    return [
        Word(f" {word}", start + n * each, start + (n + 1) * each, confidence=confidence)
        for n, word in enumerate(text.split())
    ]


def suspects(words: list[Word]) -> list[str]:
    return [word.suspect for word in words]


# --- pieces


def test_silence_gives_no_pieces() -> None:
    assert pieces([], 36_000.0, 45.0) == []


def test_speech_keeps_a_margin_and_the_silence_around_it_is_left_out() -> None:
    assert pieces([(100.0, 110.0)], 1000.0, 45.0) == [(100.0 - MARGIN, 110.0 + MARGIN)]


def test_margins_stay_inside_the_recording() -> None:
    assert pieces([(0.1, 9.9)], 10.0, 45.0) == [(0.0, 10.0)]


def test_short_spans_are_joined_up_to_the_target_and_cut_at_the_longest_pause() -> None:
    # A second of pause after each nine of speech, but three after the fourth.
    spans = [(start, start + 9.0) for start in (0.0, 10.0, 20.0, 30.0, 42.0, 52.0, 62.0)]
    assert pieces(spans, 71.0, 40.0) == [(0.0, 39.0 + MARGIN), (42.0 - MARGIN, 71.0)]


def test_a_long_pause_is_never_inside_a_piece() -> None:
    spans = [(0.0, 5.0), (5.0 + LONGEST_PAUSE + 0.1, 15.0)]
    assert len(pieces(spans, 15.0, 45.0)) == 2


def test_margins_of_neighbours_do_not_overlap() -> None:
    spans = [(start, start + 9.7) for start in range(0, 200, 10)]
    found = pieces(spans, 200.0, 20.0)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


def test_speech_without_pauses_is_cut_at_the_quietest_moment() -> None:
    dips = [(float(second) + 0.5, -20.0) for second in range(100)]
    dips[47] = (47.5, -40.0)
    found = pieces([(0.0, 100.0)], 100.0, 40.0, dips)
    assert found[0] == (0.0, 47.5)
    assert found[1][0] == 47.5


@pytest.mark.parametrize("target", [15.0, 45.0, 300.0])
def test_pieces_are_never_much_longer_than_the_target(target: float) -> None:
    spans = [(start * 7.0, start * 7.0 + 6.6) for start in range(500)]
    spans.append((4000.0, 6000.0))
    found = pieces(spans, 6000.0, target)
    assert max(end - start for start, end in found) <= LONG * target + 2 * MARGIN


# --- review


def test_words_where_somebody_speaks_are_left_alone() -> None:
    words = said("we will meet again on Friday at ten", start=1.0)
    assert review(words, [(1.0, 4.0)]) == words


def test_words_in_silence_are_marked() -> None:
    words = said("thank you for watching", start=20.0) + said("hello", start=40.0)
    assert suspects(review(words, [(39.9, 41.0)])) == ["silence"] * 4 + [""]
    assert suspects(review(words, [])) == ["silence"] * 5
    assert suspects(review(words, None)) == [""] * 5


def test_a_word_that_leans_out_of_speech_is_left_alone() -> None:
    words = [Word(" so", 0.0, 1.0), Word(" long", 1.0, 2.5)]
    assert suspects(review(words, [(0.6, 1.3)])) == ["", ""]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("no no no no", 3),
        ("no no no", 0),
        ("thank you thank you thank you thank you", 6),
        ("Thank you. thank you, THANK YOU! thank you", 6),
        ("go to the shop and buy " * 4, 18),
        ("that is that is what I said", 0),
    ],
)
def test_loops_are_marked_but_for_their_first_turn(text: str, marked: int) -> None:
    words = said(text)
    found = suspects(review(words, None))
    assert found.count("repetition") == marked
    assert found[: len(words) - marked] == [""] * (len(words) - marked)


def test_words_faster_than_speech_are_marked() -> None:
    slow = said("this is how people speak when they speak fast", each=0.2)
    fast = said("this is how an engine that has lost its place goes on", start=10.0, each=0.05)
    assert set(suspects(review(slow, None))) == {""}
    assert suspects(review(slow + fast, None)) == [""] * len(slow) + ["rate"] * len(fast)


def test_words_piled_on_one_moment_are_marked_and_one_alone_is_not() -> None:
    piled = [Word(f" {text}", 5.0, 5.0) for text in ("and", "then")]
    assert suspects(review(piled, None)) == ["rate", "rate"]
    assert suspects(review(piled[:1], None)) == [""]


def test_characters_of_scripts_without_spaces_are_not_words_to_count() -> None:
    assert set(
        suspects(review([Word(c, n * 0.1, n * 0.1 + 0.1) for n, c in enumerate("今天我们讨论预算和计划")], None))
    ) == {""}


def test_runs_that_the_engine_doubts_are_marked_by_its_own_threshold() -> None:
    words = said("one two three", confidence=0.9) + said("four five six", start=1.0, confidence=0.1)
    assert suspects(review(words, None, engine="whisper")) == [""] * 3 + ["confidence"] * 3
    assert suspects(review(words[:5], None, engine="whisper")) == [""] * 5
    assert suspects(review(words, None, engine="pocketsphinx")) == [""] * 6


def test_nothing_is_lost_or_reordered() -> None:
    words = said("a b c d e f g")
    assert [word.text for word in review(words, [])] == [word.text for word in words]
    assert review([], [(0.0, 1.0)]) == []
