from __future__ import annotations

import pytest

from tests.transcripts.engines.language.talk import talk
from transcripts.engines.base import Decision
from transcripts.engines.language.commitments import action_items
from transcripts.engines.language.tables import table_for


def decisions(text: str, language: str = "en") -> list[Decision]:
    return action_items(talk(text), table_for(language)).decisions


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        ("We decided to move the launch to May.", "We decided to move the launch to May."),
        ("Okay, so let's go with the Redis gateway.", "Go with the Redis gateway."),
        ("The decision is that every customer gets a letter.", "Every customer gets a letter."),
        ("We won't raise the salary range this year.", "We won't raise the salary range this year."),
        ("Good, then we open the position for remote candidates.", "We open the position for remote candidates."),
        ("We agreed on two deliveries a week.", "We agreed on two deliveries a week."),
        ("We're going with the cheaper supplier.", "We're going with the cheaper supplier."),
    ],
)
def test_phrases_of_decision(said: str, decision: str) -> None:
    assert [one.decision for one in decisions(f"Anna: {said}")] == [decision]


@pytest.mark.parametrize(
    "said",
    [
        "Have we decided on the colour of the new logo?",
        "We haven't decided on the colour of the logo yet.",
        "If we decided to move the launch, marketing would be angry.",
        "Let's keep it short today, please.",
        "Let's say we had twice the budget for the shop.",
        "We need to decide on a colour by Friday.",
        "We won't know the numbers before Monday.",
        "Then we could look at the numbers together.",
        "We should look at a cheaper supplier.",
    ],
)
def test_talk_about_deciding_is_no_decision(said: str) -> None:
    assert decisions(f"Anna: {said}\nBen: Hmm.") == []


def test_reason_person_and_second() -> None:
    found = decisions("Ben: Morning.\nAnna: I've decided to cancel the trade fair, because the stand is too expensive.")
    assert found == [
        Decision("I've decided to cancel the trade fair.", "The stand is too expensive", "Anna", [pytest.approx(0.9)])
    ]


def test_a_call_to_act_is_decided_when_somebody_else_accepts() -> None:
    said = "Anna: Let's rent the forklift for a year.\n"
    assert [one.decision for one in decisions(f"{said}Ben: Okay.")] == ["Rent the forklift for a year."]
    assert decisions(f"{said}Anna: Okay.") == []
    assert decisions(f"{said}Ben: Why?") == []


def test_a_proposal_needs_more_than_a_yes() -> None:
    said = "Anna: I suggest we close the shop in May.\n"
    assert decisions(f"{said}Ben: Yes.") == []
    (found,) = decisions(f"{said}Ben: Agreed.")
    assert found.decision == "Close the shop in May."
    assert len(found.seconds) == 2


def test_the_same_decision_is_listed_once_with_all_its_seconds() -> None:
    (found,) = decisions(
        "Anna: We decided to close the shop in May.\nBen: Good.\n"
        "Anna: So we decided to close the shop in May, because the stock has to be counted."
    )
    assert found.rationale == "The stock has to be counted"
    assert len(found.seconds) == 2


@pytest.mark.parametrize(
    ("language", "said", "decision"),
    [
        ("de", "Wir haben entschieden, dass wir umziehen.", "Wir haben entschieden, dass wir umziehen."),
        ("fr", "On a donc décidé de lancer la page en français.", "On a donc décidé de lancer la page en français."),
        ("es", "Hemos decidido cambiar de imprenta.", "Hemos decidido cambiar de imprenta."),
        ("it", "Abbiamo deciso di usare le fotografie vecchie.", "Abbiamo deciso di usare le fotografie vecchie."),
        ("pt", "Decidimos lançar o aplicativo em maio.", "Decidimos lançar o aplicativo em maio."),
        ("nl", "We hebben besloten om een zaal te huren.", "We hebben besloten om een zaal te huren."),
    ],
)  # fmt: skip
def test_other_languages(language: str, said: str, decision: str) -> None:
    assert [one.decision for one in decisions(f"Anna: {said}", language)] == [decision]


def test_no_guesses_in_a_language_without_a_table() -> None:
    assert decisions("Anna: We decided to close the shop in May.", "fi") == []
