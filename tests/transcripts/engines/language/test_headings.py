from __future__ import annotations

import pytest

from tests.transcripts.engines.language.talk import talk
from transcripts.engines.language.headings import heading, subject
from transcripts.engines.language.selection import Reading


def heading_of(text: str, language: str = "en") -> str:
    reading = Reading.of(talk(text), language)
    return heading(reading.lines, reading.vocabulary)


def test_an_announced_subject_comes_first() -> None:
    title = heading_of(
        "Anna: Okay. Next topic, the API rate limits.\n"
        "Ben: The gateway has no rate limits. The gateway only counts addresses, and the outage began in the gateway."
    )
    assert title.startswith("API rate limits: gateway")


def test_key_phrases_where_nothing_was_announced() -> None:
    title = heading_of(
        "Anna: The billing address is the trouble. People do not like to give a billing address.\n"
        "Ben: Then the tax calculation has no billing address. The tax calculation needs a country."
    )
    assert title == "Billing address and tax calculation"


def test_acronyms_and_names_keep_their_case_and_participants_are_left_out() -> None:
    title = heading_of(
        "Anna: We use Redis, Ben. Redis is fast.\nBen: Anna, Redis needs RAM. How much RAM does Redis use?"
    )
    assert title == "Redis and RAM"


def test_german_nouns_keep_their_capital() -> None:
    title = heading_of(
        "Eva: Die Lieferadresse fehlt. Ohne Lieferadresse geht keine Bestellung.\nTim: Die Bestellung hängt.", "de"
    )
    assert set(title.split(" und ")) == {"Lieferadresse", "Bestellung"}


def test_french_phrases_keep_what_links_their_words() -> None:
    title = heading_of(
        "Luc: La page d'accueil est lente. La page d'accueil pèse trop lourd.\nZoé: La page d'accueil attend.", "fr"
    )
    assert title.startswith("Page d'accueil")


@pytest.mark.parametrize("text", ["Anna: Yes.\nBen: Okay.", "Anna: Hmm."])
def test_talk_about_nothing_has_no_title(text: str) -> None:
    assert heading_of(text) == ""


def test_subject_is_the_first_thing_a_title_names() -> None:
    vocabulary = Reading.of(talk("Anna: The hiring is slow. We use the API."), "en").vocabulary
    assert subject("Hiring: data engineer and support lead", vocabulary) == "hiring"
    assert subject("API and hiring", vocabulary) == "API"
