"""The query as PostgreSQL understands it, in each configuration that any transcript here is indexed in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from transcripts.domain.search_query import Query, Term, pairs, pieces

Params = list[Any]

#: Each configuration in use costs one look at its index, however many transcripts there are.
CONFIGS = """
WITH RECURSIVE used (config) AS (
    (SELECT min(config) FROM transcripts_searchentry)
    UNION ALL
    SELECT (SELECT min(config) FROM transcripts_searchentry WHERE config > used.config)
    FROM used WHERE config IS NOT NULL
)
SELECT config{terms} FROM used WHERE config IS NOT NULL
"""
#: Where words stand side by side. An entry's head is small and has places; its `words` have none.
SIDE_BY_SIDE = """
(SELECT transcript_id FROM transcripts_searchline WHERE vector @@ %s::tsquery
 UNION SELECT transcript_id FROM transcripts_searchentry WHERE head @@ %s::tsquery)
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The query for the transcripts of some configurations: `condition` on an entry `e`, and two tsqueries.

    `whole` is the query itself; `anything` is met by each place that has a part of it.
    """

    configs: tuple[str, ...]
    condition: str
    params: Params
    whole: str
    anything: str


def wanted(query: Query) -> list[Wanted]:
    """One query of the database. Empty when the query says nothing in any configuration: of stop words alone, say."""
    terms = list(dict.fromkeys(term for choice in query for term in choice))
    if not terms:
        return []
    expressions = [_expression(term.text) for term in terms]
    columns = "".join(f", ({sql})::text" for sql, _ in expressions)
    with connection.cursor() as cursor:
        cursor.execute(CONFIGS.format(terms=columns), [value for _, params in expressions for value in params])
        rows = cursor.fetchall()
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for config, *meanings in rows:
        alike[tuple(meanings)].append(config)
    found = [
        _wanted(query, dict(zip(terms, meanings, strict=True)), configs, alone=len(alike) == 1)
        for meanings, configs in alike.items()
    ]
    return [one for one in found if one is not None]


def _expression(text: str) -> tuple[str, Params]:
    """SQL for the tsquery of a term; `config` is in scope."""
    sql, params, distance = "", [], 1
    for unspaced, piece in pieces(text):
        here = "%s::tsquery" if unspaced else "phraseto_tsquery(config::regconfig, transcripts_search_text(%s))"
        params.append(pairs(piece) if unspaced else piece)
        sql = f"tsquery_phrase({sql}, {here}, {distance})" if sql else here
        distance = 2 if unspaced and len(piece) > 1 else 1  # the last character of a run has a place of its own
    return sql, params


def _wanted(query: Query, meaning: dict[Term, str], configs: Sequence[str], *, alone: bool) -> Wanted | None:
    choices = [[term for term in choice if meaning[term]] for choice in query]
    choices = [choice for choice in choices if choice]
    named = [meaning[term] for choice in choices for term in choice if not term.excluded]
    if not choices:
        return None
    conditions, params = [], Params()
    for choice in choices:
        sql, values = _choice(choice, meaning)
        conditions.append(sql)
        params += values
    condition = f"({' OR '.join(conditions)})"
    if not alone:
        condition, params = f"e.config = ANY(%s) AND {condition}", [list(configs), *params]
    whole = " | ".join(f"({_conjunction(choice, meaning)})" for choice in choices)
    return Wanted(tuple(configs), condition, params, whole, " | ".join(f"({text})" for text in dict.fromkeys(named)))


def _choice(choice: Sequence[Term], meaning: dict[Term, str]) -> tuple[str, Params]:
    """A condition on `e`. Its index decides on words; what stands side by side is looked up where places are kept."""
    words = [
        f"!({meaning[term]})" if term.excluded else f"({_apart(meaning[term])})"
        for term in choice
        if not (term.excluded and _is_phrase(meaning[term]))
    ]
    conditions = ["e.words @@ %s::tsquery"] if words else []
    params: Params = [" & ".join(words)] if words else []
    for term in choice:
        if _is_phrase(meaning[term]):
            conditions.append(f"e.transcript_id {'NOT ' if term.excluded else ''}IN {SIDE_BY_SIDE}")
            params += [meaning[term]] * 2
    return f"({' AND '.join(conditions)})", params


def _conjunction(choice: Sequence[Term], meaning: dict[Term, str]) -> str:
    return " & ".join(f"!({meaning[term]})" if term.excluded else f"({meaning[term]})" for term in choice)


def _is_phrase(tsquery: str) -> bool:
    return "<" in tsquery  # which is a space in everything that is indexed


def distances(anything: str) -> list[list[int]] | None:
    """How far apart the words of each phrase stand; None where a part of the query is a single word."""
    phrases = [
        [1 if step == "-" else int(step) for step in re.findall(r"<(-|\d+)>", part)] for part in anything.split(" | ")
    ]
    return phrases if all(phrases) else None


def _apart(tsquery: str) -> str:
    return re.sub(r"<(-|\d+)>", "&", tsquery)
