"""Times as people read them."""

from __future__ import annotations

import pytest

from transcripts.templatetags.measures import figure, timer


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "estimating…"), (0, "00:00"), (9.9, "00:09"), (75.4, "01:15"), (3599, "59:59"), (3675, "1:01:15"),
     (36_000, "10:00:00"), (-1, "00:00")],
)  # fmt: skip
def test_a_timer_shows_minutes_and_hours_only_where_there_are_some(seconds: float | None, shown: str) -> None:
    assert timer(seconds) == shown


@pytest.mark.parametrize(("number", "shown"), [(12.0, "12"), (12.5, "12.5"), (0.0, "0"), (480.04, "480")])
def test_a_figure_has_no_needless_decimals(number: float, shown: str) -> None:
    assert figure(number) == shown
