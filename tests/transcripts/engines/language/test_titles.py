from __future__ import annotations

import pytest

from transcripts.engines.language.titles import clean_title, joined


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ('"Rate limits for the API"', "Rate limits for the API"),
        ("“Q1 2024 budget review”", "Q1 2024 budget review"),
        ("**Title: launch of the iPhone app.**", "Launch of the iPhone app"),
        ("iPhone launch", "iPhone launch"),
        ("NASA and ESA", "NASA and ESA"),
        ("discussion about API design", "Discussion about API design"),
        ("two\nlines  here", "Two lines here"),
        ("one two three four five six seven eight nine ten eleven", "One two three four five six seven eight nine ten"),
        ("prices in the U.S.", "Prices in the U.S"),
        ("«Le site d'Anna»", "Le site d'Anna"),
        ('"', ""),
        ("", ""),
    ],
)
def test_clean_title(raw: str, title: str) -> None:
    assert clean_title(raw) == title


def test_joined() -> None:
    assert joined([], "and") == ""
    assert joined(["a", "b", "c"], "and") == "a, b and c"
    assert joined(["a", "b"], "") == "a, b"
