"""Two texts in different languages are told apart by their little words."""

from __future__ import annotations

import pytest

from tests.transcripts.domain.meetings import meeting
from transcripts.domain.tongues import differs, guess

ENGLISH = "The team decided to move the release to the end of the month because the tests are not ready yet."
GERMAN = "Das Team hat entschieden, dass die Auslieferung auf das Ende des Monats verschoben wird, weil Tests fehlen."
FRENCH = "L'équipe a décidé de déplacer la livraison à la fin du mois parce que les tests ne sont pas encore prêts."
POLISH = "Zespół zdecydował się przesunąć wydanie na koniec miesiąca, ponieważ testy nie są jeszcze gotowe do użycia."


@pytest.mark.parametrize(
    ("text", "code"),
    [(ENGLISH, "en"), (GERMAN, "de"), (FRENCH, "fr"), (POLISH, None), ("Hello there.", None), ("", None)],
)
def test_guessing(text: str, code: str | None) -> None:
    assert guess(text) == code


@pytest.mark.parametrize(
    ("name", "code"), [("product-planning", "en"), ("projektbesprechung", "de"), ("clinic-support-call", "en")]
)
def test_whole_meetings(name: str, code: str) -> None:
    assert guess(" ".join(one.text for one in meeting(name).heard)) == code


def test_only_a_clear_difference_counts() -> None:
    assert differs(ENGLISH, GERMAN)
    assert differs(ENGLISH, POLISH)
    assert not differs(POLISH, ENGLISH)
    assert not differs(GERMAN, GERMAN)
    assert not differs("Short.", GERMAN)
