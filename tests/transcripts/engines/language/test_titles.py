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
        ("NASA ESA", "NASA ESA"),
        ("API", "API"),
        ("HELLO", "HELLO"),
        ("the quick brown fox", "The quick brown fox"),
        ("The Quick Brown Fox", "The Quick Brown Fox"),
        ("Q1 2024 budget review", "Q1 2024 budget review"),
        ("HELLO WORLD", "Hello World"),
        ("REVIEW OF THE NASA BUDGET", "Review of the NASA Budget"),
        ("Q1 BUDGET: API & iOS", "Q1 BUDGET: API & iOS"),
        ("THE API IS LATE", "The API is LATE"),
        ("ÜBERSICHT DER KOSTEN", "Übersicht der Kosten"),
        ("ÉTAT DES LIEUX", "ÉTAT des Lieux"),
        ("L'AVENIR DE L'IA", "L'Avenir de L'IA"),
        ("API 会议", "API 会议"),
        ("McKinsey, O'Brien and van der Berg", "McKinsey, O'Brien and van der Berg"),
        ("eBay’s GmbH in the EU", "eBay’s GmbH in the EU"),
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
