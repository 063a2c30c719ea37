from __future__ import annotations

import pytest

from transcripts.engines.language.words import lexicon_for, tokens, word_count, written_words


def test_tokens_lose_elided_articles_and_possessives() -> None:
    assert tokens("L'équipe d'Anna, Ben’s API-key v2.1") == ["équipe", "Anna", "Ben", "API-key", "v2.1"]


def test_written_words_keep_elided_articles() -> None:
    assert written_words("la page d'accueil") == ["la", "page", "d'", "accueil"]


def test_unspaced_scripts_are_read_in_pairs() -> None:
    assert tokens("予算会議") == ["予算", "算会", "会議"]


@pytest.mark.parametrize(("text", "words"), [("", 0), ("one two  three", 3), ("予算会議", 2), ("API の予算", 3)])
def test_word_count(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["release", "releases", "released", "releasing"]),
        ("en", ["plan", "plans", "planned", "planning"]),
        ("de", ["Rechnung", "Rechnungen"]),
        ("fr", ["facture", "factures"]),
        ("es", ["cliente", "clientes"]),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, forms: list[str]) -> None:
    lexicon = lexicon_for(language, [])
    assert len({lexicon.stem(form.lower()) for form in forms}) == 1


def test_content_leaves_out_function_words_and_figures() -> None:
    assert lexicon_for("en", []).content("We have 3 of the servers in Leeds") == ["server", "leed"]


def test_without_a_table_the_commonest_words_are_function_words() -> None:
    lexicon = lexicon_for(
        "fi", ["ja se on hyvä", "ja se on uusi palvelin", "ja se on vanha", "ja se on tässä", "ja se on"]
    )
    assert lexicon.content("ja se on palvelin") == ["palvelin"]
