"""What is left and what is learnt, as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.pipeline import estimate
from transcripts.pipeline.estimate import Line, Work

SECONDS = st.floats(0, 1e5)
SIZES = st.floats(0, 1e5)
SHARES = st.floats(0, 1)


# --- fitting


def test_a_fixed_cost_and_a_cost_per_second_are_told_apart() -> None:
    line = estimate.fit([(size, 5 + 0.25 * size) for size in (60, 600, 1200, 3600)])
    assert (round(line.fixed, 6), round(line.slope, 6)) == (5, 0.25)


def test_an_odd_sample_does_not_move_the_line() -> None:
    samples = [(size, 0.5 * size) for size in (100, 200, 300, 400, 500)] + [(250, 9000)]
    assert estimate.fit(samples).at(1000) == pytest.approx(500, rel=0.05)


@pytest.mark.parametrize("samples", [[(60, 30)], [(60, 30), (600, 300)], [(60, 30), (61, 31), (62, 30.5)]])
def test_few_or_equal_lengths_tell_a_ratio(samples: list[tuple[float, float]]) -> None:
    assert estimate.fit(samples).at(120) == pytest.approx(60, rel=0.02)


def test_a_line_that_would_be_negative_goes_through_the_origin() -> None:
    line = estimate.fit([(10, 1), (20, 30), (30, 60), (40, 90)])
    assert line.fixed == 0
    assert line.slope > 0


def test_without_a_length_it_is_what_it_was() -> None:
    assert estimate.fit([(0, 7), (0, 9), (0, 8)]) == Line(8, 0)


def test_nothing_is_learnt_from_nothing() -> None:
    with pytest.raises(ValueError, match="no samples"):
        estimate.fit([])


@given(st.lists(st.tuples(SIZES, SECONDS), min_size=1, max_size=12), SIZES)
def test_what_is_learnt_is_never_negative(samples: list[tuple[float, float]], size: float) -> None:
    line = estimate.fit(samples)
    assert line.fixed >= 0
    assert line.slope >= 0
    assert line.at(size) >= 0


# --- the time in which somebody worked


@pytest.mark.parametrize(
    ("intervals", "seconds"),
    [
        ([], 0),
        ([(0, 10)], 10),
        ([(0, 10), (2, 5)], 10),
        ([(0, 10), (5, 15)], 15),
        ([(20, 30), (0, 10)], 20),  # ten seconds nobody had time
    ],
)
def test_waiting_does_not_count(intervals: list[tuple[float, float]], seconds: float) -> None:
    assert estimate.busy(intervals) == seconds


# --- what is left


def work(name: str, *needs: str, expected: float = 10, **more: object) -> Work:
    return Work(name=name, needs=needs, expected=expected, **{"learnt": True, **more})  # type: ignore[arg-type]


def test_steps_that_do_not_need_each_other_overlap() -> None:
    works = [work("a"), work("b", "a", expected=100), work("c", "a", expected=30), work("d", "b", "c", expected=5)]
    assert estimate.remaining(works) == 115


def test_workers_that_are_fewer_than_steps_stretch_it() -> None:
    works = [work("a", expected=60), work("b", "a", expected=40)]
    assert estimate.remaining(works, stretch=1.5, pauses=4) == 154


def test_what_is_over_takes_no_time() -> None:
    assert estimate.remaining([work("a", over=True, spent=99), work("b", "a")]) == 10


def test_a_step_that_says_nothing_counts_down_by_the_clock() -> None:
    assert estimate.remaining([work("a", spent=4)]) == 6


def test_a_late_step_that_says_nothing_takes_a_little_longer() -> None:
    assert estimate.remaining([work("a", spent=100)]) == pytest.approx(10)


def test_the_more_is_done_the_more_its_own_speed_counts() -> None:
    """It was expected to take 100 s and is half as fast."""

    def total(share: float) -> float:
        return 200 * share + estimate.remaining([work("a", expected=100, share=share, spent=200 * share)])

    assert 100 < total(0.1) < total(0.2) < total(0.4) < total(0.8) < 200


def test_a_guess_gives_way_to_what_is_seen_at_once() -> None:
    slow = [work("a", learnt=False, share=0.2, spent=100)]
    assert 100 + estimate.remaining(slow) == pytest.approx(500, rel=0.15)


def test_guesses_that_turned_out_wrong_correct_the_others() -> None:
    """The first step was guessed at 100 s and took one: the second will not take 100 either."""
    works = [work("a", expected=100, learnt=False, over=True, spent=1), work("b", "a", expected=100, learnt=False)]
    assert estimate.remaining(works) < 5


def test_what_was_learnt_does_not_follow_wrong_guesses() -> None:
    works = [work("a", expected=100, learnt=False, over=True, spent=1), work("b", "a", expected=100)]
    assert estimate.remaining(works) == 100


def test_an_estimate_holds_whatever_the_length() -> None:
    """Learnt from recordings of 10 to 60 minutes, asked about one of three hours, a fifth of the way."""
    line = estimate.fit([(minutes * 60, 12 + 0.3 * minutes * 60) for minutes in (10, 20, 30, 45, 60)])
    expected, truth = line.at(3 * 3600), 12 + 0.3 * 3 * 3600
    left = estimate.remaining([work("a", expected=expected, share=0.2, spent=0.2 * truth)])
    assert 0.2 * truth + left == pytest.approx(truth, rel=0.05)


WORKS = st.lists(
    st.tuples(SECONDS, st.booleans(), st.booleans(), SHARES, SECONDS, st.sets(st.integers(0, 7), max_size=3)),
    max_size=8,
)


@given(WORKS, st.floats(1, 4), st.floats(0, 100))
def test_what_is_left_is_never_negative(works: list[tuple], stretch: float, pauses: float) -> None:  # type: ignore[type-arg]
    made = [
        Work(str(n), tuple(str(m) for m in needs if m < n), expected, learnt, over, share, spent)
        for n, (expected, learnt, over, share, spent, needs) in enumerate(works)
    ]
    assert estimate.remaining(made, stretch=stretch, pauses=pauses) >= 0
    if all(work.over for work in made):
        assert estimate.remaining(made, stretch=stretch, pauses=pauses) == 0


# --- what is shown


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=20))
def test_the_percentage_never_goes_back_and_is_not_100_before_the_end(seen: list[tuple[float, float]]) -> None:
    shown = [0.0]
    for spent, left in seen:
        shown.append(estimate.percent(spent, left, shown[-1]))
    assert shown == sorted(shown)
    assert 0 <= shown[-1] < 100


def test_the_percentage_is_the_share_of_the_time() -> None:
    assert estimate.percent(20, 80, 0) == 20


@given(st.one_of(st.none(), SECONDS), st.floats(0, 1e4), SECONDS)
def test_what_is_shown_lies_between_what_was_shown_and_what_is_true(
    shown: float | None, age: float, raw: float
) -> None:
    found = estimate.smooth(shown, age, raw)
    assert found >= 0
    if shown is not None:
        counted = max(shown - age, 0)
        assert min(counted, raw) - 1e-6 <= found <= max(counted, raw) + 1e-6


def test_a_jump_is_smoothed_and_soon_true() -> None:
    shown, raw = 100.0, 300.0
    seen = []
    for _ in range(60):
        raw -= 1
        shown = estimate.smooth(shown, 1, raw)
        seen.append(shown)
    assert seen[0] < 130
    assert seen[-1] == pytest.approx(raw, rel=0.02)
