from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from transcripts.engines.base import SpeakerTurn
from transcripts.engines.diarization.turns import close_gaps, drop_short, flagged, normalised, runs
from transcripts.engines.diarization.voice import speech_frames

times = st.floats(0, 100, allow_nan=False)


def flags(text: str) -> np.ndarray:
    return np.array([character == "x" for character in text])


def test_labels_are_numbered_by_first_appearance() -> None:
    assert normalised([(4, 5, "A"), (1, 2, "B"), (2.5, 3, "A")]) == [
        SpeakerTurn(1, 2, 0),
        SpeakerTurn(2.5, 3, 1),
        SpeakerTurn(4, 5, 1),
    ]


def test_touching_turns_of_one_speaker_are_one() -> None:
    assert normalised([(0, 1, 0), (1.005, 2, 0), (1.5, 3, 0), (3.5, 4, 0)]) == [
        SpeakerTurn(0, 3, 0),
        SpeakerTurn(3.5, 4, 0),
    ]


def test_a_turn_within_another_of_the_same_speaker_does_not_shorten_it() -> None:
    assert normalised([(0, 10, 0), (2, 3, 0), (4, 5, 1)]) == [SpeakerTurn(0, 10, 0), SpeakerTurn(4, 5, 1)]


def test_empty_turns_are_dropped() -> None:
    assert normalised([(3, 3, 0), (5, 4, 1), (1, 1.0001, 2)]) == []


@given(st.lists(st.tuples(times, times, st.integers(0, 4))))
def test_normalised_turns_are_in_order_and_apart(spans: list[tuple[float, float, int]]) -> None:
    turns = normalised(spans)
    assert turns == sorted(turns, key=lambda turn: turn.start)
    assert sorted({turn.speaker for turn in turns}) == list(range(len({turn.speaker for turn in turns})))
    for speaker in {turn.speaker for turn in turns}:
        own = [turn for turn in turns if turn.speaker == speaker]
        assert all(one.end < other.start for one, other in pairwise(own))
    assert normalised((turn.start, turn.end, turn.speaker) for turn in turns) == turns


def test_runs() -> None:
    assert runs(np.array([-1, 2, 2, 0, -1, -1, 2])) == [(1, 3, 2), (3, 4, 0), (6, 7, 2)]
    assert runs(np.array([], int)) == []
    assert flagged(flags("x..xx")) == [(0, 1), (3, 5)]


def test_gaps_between_are_closed_and_edges_are_not() -> None:
    assert (close_gaps(flags("..x..x...x."), longest=2) == flags("..xxxx...x.")).all()


def test_short_runs_are_dropped() -> None:
    assert (drop_short(flags("x.xx.xxx"), shortest=2) == flags("..xx.xxx")).all()


def test_speech_frames_bridge_pauses_and_begin_a_little_early() -> None:
    speech = speech_frames([(0.02, 0.5), (0.9, 1.5), (2.5, 3.5)], frames=300)
    assert flagged(speech) == [(0, 155), (245, 300)]


def test_no_speech() -> None:
    assert not speech_frames([], frames=10).any()
