"""A denial reaches the words near it, in its clause."""

from __future__ import annotations

from transcripts.domain.facts import Negations, negations_in

GRAMMAR = frozenset("we the this year is for it das wir die in in the".split())  # noqa: SIM905 -- as it is read


def denied(text: str, language: str = "en") -> set[str]:
    return set(found(text, language).denied)


def found(text: str, language: str = "en") -> Negations:
    return negations_in(text, language, lambda word: None if word.lower() in GRAMMAR else word.lower())


def test_what_follows_is_denied() -> None:
    assert denied("We won't raise the salary this year") == {"raise", "salary"}


def test_what_stands_before_is_denied_where_nothing_follows() -> None:
    assert denied("The search is not") == {"search"}


def test_german_denies_what_stands_before() -> None:
    assert denied("Wir erhöhen das Gehalt nicht", "de") == {"erhöhen", "gehalt"}


def test_the_next_clause_is_not_denied() -> None:
    both = found("No, the budget holds")
    assert (set(both.denied), set(both.stated)) == (set(), {"budget", "holds"})


def test_a_word_may_deny_without_a_not() -> None:
    assert found("The build failed").half
    assert not found("The build works").half
