from __future__ import annotations

import pytest

from tests.transcripts.engines.language.talk import talk
from transcripts.engines.base import NextStep
from transcripts.engines.language.commitments import action_items
from transcripts.engines.language.tables import table_for


def steps(text: str, language: str = "en") -> list[NextStep]:
    return action_items(talk(text), table_for(language)).next_steps


def who_what_when(text: str, language: str = "en") -> list[tuple[str | None, str, str | None]]:
    return [(step.assigned_to, step.task, step.deadline) for step in steps(text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna: I'll send the new mockups to Ben by Friday.", ("Anna", "Send the new mockups to Ben", "by Friday")),
        ("Anna: Tomorrow I will call the tax office.", ("Anna", "Call the tax office", "Tomorrow")),
        ("Anna: I can draft the contract before the 3rd.", ("Anna", "Draft the contract", "before the 3rd")),
        ("Anna: Ben, can you pull the logs before Thursday?", ("Ben", "Pull the logs", "before Thursday")),
        ("Anna: Can you check the invoice, Ben?", ("Ben", "Check the invoice", None)),
        ("Anna: Ben needs to book the room for the workshop.", ("Ben", "Book the room for the workshop", None)),
        ("Anna: Ben will write the report by 2026-05-04.", ("Ben", "Write the report", "by 2026-05-04")),
        ("Anna: Action item for Ben: update the price list.", ("Ben", "Update the price list", None)),
        ("Anna: The next step is to order the racks.", (None, "Order the racks", None)),
        ("Anna: We need to tell the customers by Monday.", (None, "Tell the customers", "by Monday")),
        ("Anna: Somebody has to clean the kitchen next week.", (None, "Clean the kitchen", "next week")),
        ("Anna: I'll finish the draft within two weeks.", ("Anna", "Finish the draft", "within two weeks")),
        ("Anna: I'll send it to the bank by the end of the month, but not sooner.",
         ("Anna", "Send it to the bank", "by the end of the month")),
        ("Anna: Ben, please send me the invoice list.", ("Ben", "Send me the invoice list", None)),
    ],
)  # fmt: skip
def test_who_what_when(text: str, found: tuple[str | None, str, str | None]) -> None:
    assert who_what_when(f"{text}\nBen: Hmm.") == [found]


@pytest.mark.parametrize(
    "said",
    [
        "I will say that I like the leather.",
        "I'll be honest, nobody has read the report.",
        "I'll start with the numbers from last week.",
        "I'll have to think about the price.",
        "I won't send the report before Friday.",
        "I'll share my screen with the numbers.",
        "Can you hear me?",
        "Can you all see my screen now?",
        "Will I send the report by Friday?",
        "We need to be careful with the budget.",
        "I would send the report to the bank.",
        "Let me see the numbers again.",
        "You should have the letter.",
        "If I will ever send that.",
    ],
)
def test_manners_of_speaking_are_no_tasks(said: str) -> None:
    assert who_what_when(f"Anna: {said}\nBen: Hmm.") == []


def test_whoever_accepts_an_open_request_has_it() -> None:
    text = "Anna: Could you please bring the old voucher with you on Thursday?\nBen: Hm.\nCara: Yes, I'll bring it."
    assert who_what_when(text) == [("Cara", "Bring the old voucher with you", "on Thursday")]


def test_an_open_request_that_nobody_accepts_is_dropped() -> None:
    assert who_what_when("Anna: Can you send the invoice to the bank?\nBen: Why me?") == []


def test_a_request_names_the_person_who_asked() -> None:
    (step,) = steps("Anna: Ben, can you send me the price list?\nBen: Sure.")
    assert step == NextStep(
        "Send Anna the price list", "Ben", None, "Anna: Ben, can you send me the price list?", step.seconds
    )
    assert len(step.seconds) == 2


def test_two_promises_in_one_sentence_are_two_steps() -> None:
    assert who_what_when("Tom: I'll pay the deposit tomorrow, and I'll ask the supplier for a discount.") == [
        ("Tom", "Pay the deposit", "tomorrow"),
        ("Tom", "Ask the supplier for a discount", None),
    ]


def test_i_will_do_that_takes_the_task_before() -> None:
    text = "Anna: Someone needs to order the new racks.\nBen: I'll do that on Monday."
    assert who_what_when(text) == [("Ben", "Order the new racks", "on Monday")]


def test_a_repeated_task_is_listed_once_with_what_was_added() -> None:
    text = "Anna: I'll send the prices to the bank.\nBen: Good.\nAnna: So I'll send the prices to the bank by Friday."
    (step,) = steps(text)
    assert (step.deadline, len(step.seconds)) == ("by Friday", 2)


def test_a_full_name_is_recognised_by_any_part_that_is_unique() -> None:
    text = "Anna Berg: Kim, can you call the bank today?\nKim Berg: Yes.\nAnna Berg: Berg needs to write the report."
    assert [step.assigned_to for step in steps(text)] == ["Kim Berg"]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("de", "Jonas: Ich baue die Replikation auf, und zwar bis Freitag.",
         ("Jonas", "Die Replikation aufbauen", "bis Freitag")),
        ("de", "Jonas: Ich kümmere mich um die Termine.", ("Jonas", "Sich um die Termine kümmern", None)),
        ("de", "Eva: Jonas, kannst du den Entwurf bis Mittwoch anpassen?\nJonas: Ja, mache ich.",
         ("Jonas", "Den Entwurf anpassen", "bis Mittwoch")),
        ("fr", "Luc: Zoé, est-ce que tu peux vérifier les textes avant jeudi ?\nZoé: Oui.",
         ("Zoé", "Vérifier les textes", "avant jeudi")),
        ("es", "Ana: Voy a mandar los archivos mañana.", ("Ana", "Mandar los archivos", "mañana")),
        ("it", "Eva: Luca deve annullare lo stand questa settimana.\nLuca: Ok.",
         ("Luca", "Annullare lo stand", "questa settimana")),
        ("pt", "Ana: João tem que escrever as respostas até o fim do mês.\nJoão: Certo.",
         ("João", "Escrever as respostas", "até o fim do mês")),
        ("nl", "Daan: Ik zal de provider morgen bellen.", ("Daan", "De provider bellen", "morgen")),
    ],
)  # fmt: skip
def test_other_languages(language: str, text: str, found: tuple[str | None, str, str | None]) -> None:
    assert who_what_when(text, language) == [found]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Ich sage mal, das ist ein Problem mit der Datenbank."),
        ("de", "Kannst du mich hören?"),
        ("fr", "Je vais être honnête, le budget est trop petit."),
        ("es", "Voy a ser sincero, el presupuesto es pequeño."),
        ("nl", "Ik vraag me af waarom de provider zo traag is."),
    ],
)
def test_manners_of_speaking_in_other_languages(language: str, said: str) -> None:
    assert who_what_when(f"Anna: {said}\nBen: Hm.", language) == []


def test_empty() -> None:
    assert steps("Anna: Hm.") == []
    assert action_items([], table_for("en")).next_steps == []
