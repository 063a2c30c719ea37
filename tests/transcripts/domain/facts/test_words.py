"""Days, months, and words without accents."""

from __future__ import annotations

import pytest

from transcripts.domain.facts import dates_in, folded


def test_case_and_accents_do_not_matter() -> None:
    assert [folded(word) for word in ("Mädchen", "Straße", "Março", "don’t")] == [
        "madchen",
        "strasse",
        "marco",
        "don't",
    ]


@pytest.mark.parametrize(
    ("language", "words", "dates"),
    [
        ("en", "see you on mondays in october", {"monday", "october"}),
        ("en", "we may march", set()),
        ("de", "freitagabend im mai", {"freitag", "mai"}),
        ("pt", "na segunda-feira", {"segunda-feira"}),
        ("xx", "monday", set()),
    ],
)
def test_days_and_months_are_known(language: str, words: str, dates: set[str]) -> None:
    assert dates_in(words.split(), language) == dates
