"""Words to utterances and to speakers: a table of cases, and what holds for any input."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcripts.domain.segments import (
    BREAK,
    LONG_ENOUGH,
    PAUSE,
    TOO_LONG,
    assign_speakers,
    utterances,
    utterances_of_tracks,
)
from transcripts.engines.base import SpeakerTurn, Word


def said(text: str, *, start: float = 0.0, speaker: int = 0) -> list[Word]:
    """A word each half second, 0.4 s long."""
    return [Word(f" {word}", start + n * 0.5, start + n * 0.5 + 0.4, speaker) for n, word in enumerate(text.split())]


def texts(groups: list[list[Word]]) -> list[str]:
    return ["".join(word.text for word in group).strip() for group in groups]


# --- utterances


def test_no_words_no_utterances() -> None:
    assert utterances([]) == []


def test_one_speaker_in_one_breath_is_one_utterance() -> None:
    assert texts(utterances(said("We ship it. On Monday."))) == ["We ship it. On Monday."]


def test_a_change_of_speaker_begins_another() -> None:
    words = said("Shall we?") + said("Yes.", start=1, speaker=1) + said("Good.", start=1.5)
    assert texts(utterances(words)) == ["Shall we?", "Yes.", "Good."]


@pytest.mark.parametrize(("gap", "count"), [(BREAK - 0.1, 1), (BREAK, 2), (60.0, 2)])
def test_a_long_silence_begins_another(gap: float, count: int) -> None:
    words = [Word(" one", 0.0, 0.5), Word(" two", 0.5 + gap, 1.0 + gap)]
    assert len(utterances(words)) == count


def test_enough_text_ends_at_the_next_sentence_mark() -> None:
    words = said("word " * 30 + "end. And more. And more.")
    assert len("word " * 30) > LONG_ENOUGH
    assert texts(utterances(words)) == ["word " * 30 + "end.", "And more. And more."]


def test_little_text_does_not_end_at_a_sentence_mark() -> None:
    assert len(utterances(said("One. Two. Three."))) == 1


@pytest.mark.parametrize(("gap", "count"), [(PAUSE - 0.1, 1), (PAUSE, 2)])
def test_text_without_marks_ends_at_a_pause_when_it_is_too_long(gap: float, count: int) -> None:
    words = [Word(" word", n * 0.3, n * 0.3 + 0.3) for n in range(TOO_LONG // 5 + 1)]
    late = words[-1].end + gap
    assert len(utterances([*words, Word(" next", late, late + 0.3)])) == count


def test_words_are_taken_in_the_order_of_their_start() -> None:
    words = said("one two three")
    assert texts(utterances(words[::-1])) == ["one two three"]


# --- speakers

TURNS = [SpeakerTurn(0, 10, 0), SpeakerTurn(10, 20, 1)]


def speakers(words: list[Word], turns: list[SpeakerTurn]) -> list[int]:
    return [word.speaker for word in assign_speakers(words, turns)]


@pytest.mark.parametrize(
    ("start", "end", "speaker"),
    [
        (1.0, 2.0, 0),
        (12.0, 13.0, 1),
        (9.5, 10.2, 0),  # most of it in the first
        (9.8, 10.5, 1),  # most of it in the second
        (10.0, 10.0, 1),  # no length, on the border: who begins
        (9.0, 10.0, 0),  # ends where the second begins
    ],
)
def test_a_word_is_of_the_turn_that_covers_most_of_it(start: float, end: float, speaker: int) -> None:
    assert speakers([Word(" word", start, end)], TURNS) == [speaker]


@pytest.mark.parametrize(
    ("turns", "speaker"),
    [
        ([SpeakerTurn(0, 10, 0), SpeakerTurn(4, 6, 1)], 1),  # an interruption is short: who began last
        ([SpeakerTurn(0, 10, 0), SpeakerTurn(4.9, 6, 1)], 0),  # but not where it covers less
        ([SpeakerTurn(0, 4.5, 0), SpeakerTurn(4.5, 6, 1), SpeakerTurn(0, 6, 2)], 2),
        ([SpeakerTurn(4, 5, 7), SpeakerTurn(4, 5, 3)], 7),
        ([SpeakerTurn(5, 5, 9), SpeakerTurn(4, 4.2, 3)], 3),  # a turn without length says nothing
    ],
)
def test_turns_may_overlap(turns: list[SpeakerTurn], speaker: int) -> None:
    assert speakers([Word(" word", 4.0, 5.0)], turns) == [speaker]


def test_without_turns_there_is_one_speaker() -> None:
    assert speakers(said("nobody knows who"), []) == [0, 0, 0]


@pytest.mark.parametrize(
    ("before", "between", "speaker"), [(" ship", " it", 0), (" ship.", " it", 1), (" ship", " It", 1)]
)
def test_a_word_between_two_turns_goes_with_its_sentence(before: str, between: str, speaker: int) -> None:
    turns = [SpeakerTurn(0, 1, 0), SpeakerTurn(3, 4, 1)]
    words = [Word(before, 0.0, 1.0), Word(between, 1.5, 2.5), Word(" yes", 3.0, 4.0)]
    assert speakers(words, turns) == [0, speaker, 1]


def test_a_turn_that_begins_where_a_word_ends_has_no_part_in_it() -> None:
    turns = [SpeakerTurn(0, 1, 0), SpeakerTurn(2, 3, 1)]
    words = [Word(" ship", 0.0, 1.0), Word(" it", 1.0, 2.0), Word(" yes", 2.0, 3.0)]
    assert speakers(words, turns) == [0, 0, 1]


def test_a_turn_that_only_an_earlier_word_reaches_has_no_part_in_a_later_one() -> None:
    """A recogniser may give one word that lasts for seconds, and others inside it."""
    turns = [SpeakerTurn(0, 1, 0), SpeakerTurn(5, 6, 1)]
    words = [Word(" so", 0.0, 5.5), Word(" it", 1.0, 2.0)]
    assert speakers(words, turns) == [0, 0]


def test_words_before_the_first_and_after_the_last_turn_go_to_the_nearest() -> None:
    turns = [SpeakerTurn(5, 6, 1), SpeakerTurn(6, 7, 0)]
    words = [Word(" a", 0, 1), Word(" b", 5, 6), Word(" c", 6, 7), Word(" d", 9, 10)]
    assert speakers(words, turns) == [1, 1, 0, 0]


# --- whatever comes

times = st.integers(0, 600).map(lambda tenths: tenths / 10)
words_of_any_kind = st.lists(
    st.builds(
        lambda text, start, length, speaker: Word(f" {text}", start, start + length, speaker),
        st.text(alphabet="ab.?A", min_size=1, max_size=8),
        times,
        st.integers(0, 30).map(lambda tenths: tenths / 10),
        st.integers(0, 2),
    ),
    max_size=60,
)
turns_of_any_kind = st.lists(
    st.builds(
        lambda start, length, speaker: SpeakerTurn(start, start + length, speaker),
        times,
        st.integers(0, 200).map(lambda tenths: tenths / 10),
        st.integers(0, 5),
    ),
    max_size=20,
)
bounded = settings(deadline=None, max_examples=150, derandomize=True)


def in_order(words: list[Word]) -> list[Word]:
    return sorted(words, key=lambda word: (word.start, word.end))


@bounded
@given(words_of_any_kind)
def test_every_word_is_in_exactly_one_utterance_and_in_order(words: list[Word]) -> None:
    groups = utterances(words)
    assert [word for group in groups for word in group] == in_order(words)
    assert all(groups)


@bounded
@given(words_of_any_kind)
def test_an_utterance_has_one_speaker_and_no_long_silence(words: list[Word]) -> None:
    for group in utterances(words):
        assert len({word.speaker for word in group}) == 1
        for first, second in pairwise(group):
            assert second.start - first.end < BREAK


@bounded
@given(words_of_any_kind)
def test_an_utterance_ends_for_a_reason(words: list[Word]) -> None:
    groups = utterances(words)
    for group, following in pairwise(groups):
        first, second = group[-1], following[0]
        length = sum(len(word.text) for word in group)
        assert second.speaker != first.speaker or second.start - first.end >= BREAK or length > LONG_ENOUGH


@bounded
@given(words_of_any_kind, turns_of_any_kind)
def test_assigning_changes_nothing_but_the_speaker(words: list[Word], turns: list[SpeakerTurn]) -> None:
    found = assign_speakers(words, turns)
    assert [replace(word, speaker=0) for word in found] == [replace(word, speaker=0) for word in in_order(words)]


@bounded
@given(words_of_any_kind, turns_of_any_kind)
def test_nobody_speaks_who_has_no_turn(words: list[Word], turns: list[SpeakerTurn]) -> None:
    real = {turn.speaker for turn in turns if turn.end > turn.start}
    found = {word.speaker for word in assign_speakers(words, turns)}
    assert found <= real or found == {0}  # where no turn touches a word, there is one speaker


@bounded
@given(words_of_any_kind, turns_of_any_kind)
def test_whoever_is_heard_during_a_word_longest_said_it(words: list[Word], turns: list[SpeakerTurn]) -> None:
    for word in assign_speakers(words, turns):
        heard = {turn: min(turn.end, word.end) - max(turn.start, word.start) for turn in turns if turn.end > turn.start}
        longest = max(heard.values(), default=0)
        if longest > 0:
            assert word.speaker in {turn.speaker for turn, share in heard.items() if share >= longest - 1e-9}


@bounded
@given(words_of_any_kind, turns_of_any_kind)
def test_the_order_of_the_input_does_not_matter(words: list[Word], turns: list[SpeakerTurn]) -> None:
    distinct = list({(word.start, word.end): word for word in words}.values())
    assert assign_speakers(distinct, turns) == assign_speakers(distinct[::-1], turns[::-1])


def _say(speaker: int, *at: float) -> list[Word]:
    return [Word(f" w{start:g}", start, start + 0.3, speaker) for start in at]


def test_two_who_talk_at_once_on_channels_of_their_own_are_not_cut_into_words() -> None:
    words = [*_say(0, 0.0, 0.4, 0.8, 1.2), *_say(1, 0.2, 0.6, 1.0)]
    assert [(group[0].speaker, len(group)) for group in utterances_of_tracks(words)] == [(0, 4), (1, 3)]


def test_on_channels_an_answer_in_a_pause_ends_the_utterance() -> None:
    words = [*_say(0, 0.0, 0.4), *_say(1, 0.9), *_say(0, 1.5, 1.9)]
    groups = utterances_of_tracks(words)
    assert [(group[0].speaker, len(group)) for group in groups] == [(0, 2), (1, 1), (0, 2)]


def test_on_channels_a_pause_in_which_nobody_answers_does_not() -> None:
    words = [*_say(0, 0.0, 0.4, 1.5), *_say(1, 5.0)]
    assert [len(group) for group in utterances_of_tracks(words)] == [3, 1]
