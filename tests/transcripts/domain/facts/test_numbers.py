"""Numbers are the same number however a language writes them."""

from __future__ import annotations

import pytest

from transcripts.domain.facts import numbers_in


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("en", "Forty-two percent of nine hundred and five", {42, 905}),
        ("en", "42% of 905, not Q3", {42, 905}),
        ("en", "twelve hundred pounds, or $1,200", {1200}),
        ("en", "ten thousand euros, two million users, 3.5 days", {10_000, 2_000_000, 3.5}),
        ("en", "seven four one nine", {7, 4, 9}),
        ("en", "on the fourteenth at two fifteen", {14, 2, 15}),
        ("en", "10 thousand at 14:30 on 2024-05-12", {10_000, 14, 30, 2024, 5, 12}),
        ("de", "sechsundfünfzigtausend von 80.000 Euro", {56_000, 80_000}),
        ("de", "zweiundvierzig, achthundert, der zwölfte Mai", {42, 800, 12}),
        ("de", "dreihundertfünfundsechzig Tage", {365}),
        ("fr", "quatre-vingt-douze et soixante et onze", {92, 71}),
        ("fr", "deux cent quarante, dix mille, le cinquième", {240, 10_000, 5}),
        ("es", "treinta y uno, doscientos cincuenta, diez mil", {31, 250, 10_000}),
        ("it", "quarantadue, ottocento, diecimila", {42, 800, 10_000}),
        ("nl", "tweeënveertig, achthonderd, tienduizend", {42, 800, 10_000}),
        ("pt", "vinte e um, duzentos e cinquenta, dez mil", {21, 250, 10_000}),
        ("ja", "会議は 3 時", {3}),
    ],
)
def test_what_is_said_is_what_is_written(language: str, text: str, numbers: set[float]) -> None:
    assert numbers_in(text, language) == numbers


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "one of them"), ("de", "ein Kunde"), ("fr", "une réunion"), ("en", "someone, tension")],
)
def test_an_article_is_no_number(language: str, text: str) -> None:
    assert numbers_in(text, language) == frozenset()
