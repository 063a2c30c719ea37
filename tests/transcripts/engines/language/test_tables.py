"""The tables are data that people edit: everything in them has to compile and to be complete."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from transcripts.engines.language.tables import NEUTRAL, LanguageTable, table_for

LANGUAGES = ["de", "en", "es", "fr", "it", "nl", "pt"]
NOT_EXPRESSIONS = {"code", "name", "conjunction", "covered", "infinitive_ending", "suffixes"}


def expressions(table: LanguageTable) -> list[tuple[str, str]]:
    found = []
    for field in fields(table):
        value = getattr(table, field.name)
        if field.name not in NOT_EXPRESSIONS and isinstance(value, str | tuple):
            found += [(field.name, one) for one in ([value] if isinstance(value, str) else value) if one]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_expression_compiles_and_has_its_group(language: str) -> None:
    wanted = {"decisions": "what", "proposals": "what", "calls": "what", "announced": "what", "because": "why"}
    wanted |= dict.fromkeys(("own", "promises", "asks", "named", "tasks", "shared"), "task")
    for name, expression in expressions(table_for(language)):
        compiled = re.compile(expression.replace("{name}", "(?:ada)"), re.IGNORECASE)
        if name in wanted:
            assert wanted[name] in compiled.groupindex, (name, expression)
        if name == "named":
            assert "who" in compiled.groupindex, expression


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_expression_matches_nothing_at_all(language: str) -> None:
    """An empty alternative, easily left behind in a long list, would match every sentence."""
    for name, expression in expressions(table_for(language)):
        assert re.search(expression.replace("{name}", "(?:ada)"), "", re.IGNORECASE) is None, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_complete(language: str) -> None:
    table = table_for(language)
    assert table.code == language
    assert "{topics}" in table.covered
    assert min(len(table.stop_words), len(table.weak_words)) > 100
    for name in ("openers", "chatter", "first_person", "agreement", "settled", "deadline", "clause_end", "not_tasks"):
        assert getattr(table, name), name


def test_regions_and_case_do_not_matter() -> None:
    assert table_for("PT-br").name == "Portuguese"
    assert table_for("de_AT").name == "German"


@pytest.mark.parametrize("language", ["fi", "", "xx"])
def test_other_languages_get_the_neutral_table(language: str) -> None:
    assert table_for(language) is NEUTRAL
