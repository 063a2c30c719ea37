"""Finding transcripts by what was said in them, by whom, and by what they are called.

The index alone says which transcripts match (`words`, see models/search.py), so the number of all matches is exact and
cheap. They come in three tiers: found in the title, in names or summaries, in what was said; the newest first within
each. Where few match, how often they do decides within the tier. See docs/architecture.md.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.guests import Asker
from transcripts.domain.search_found import Result, results
from transcripts.domain.search_query import parse
from transcripts.domain.search_sql import Params, Wanted, wanted
from transcripts.models import Transcript, TranscriptQuerySet

#: Up to this many matches are ranked by how often and where the words occur in them, which means to look into each.
RANKED = 50

#: Transcripts that match, with their tier: 2 title, 1 names and summaries, 0 speech.
HITS = """
SELECT e.transcript_id AS id, %s::tsquery AS anything, CASE WHEN e.title @@ %s::tsquery THEN 2
    WHEN e.transcript_id IN (SELECT transcript_id FROM transcripts_searchentry WHERE head @@ %s::tsquery) THEN 1
    ELSE 0 END AS tier
FROM transcripts_searchentry e WHERE {condition}
"""
PAGE = """
WITH hits AS MATERIALIZED ({hits}),
seen AS MATERIALIZED (
    SELECT hits.*, visible.created_at FROM hits JOIN ({visible}) AS visible USING (id)
),
counted AS MATERIALIZED (SELECT count(*) AS total FROM seen)
SELECT counted.total, page.id, page.anything::text, page.rank FROM counted LEFT JOIN (
    SELECT seen.*, (tier + CASE WHEN (SELECT total FROM counted) > {ranked} THEN 0.5 ELSE {density} END) / 3 AS rank
    FROM seen ORDER BY rank DESC, created_at DESC, id LIMIT %s OFFSET %s
) AS page ON true
"""
#: Between 0 and 1: how prominent the words are in title, names and summaries, and how many utterances have them.
DENSITY = """
0.9 - 0.9 * (SELECT 1 - ts_rank(head, anything, 32) FROM transcripts_searchentry WHERE transcript_id = seen.id)
    * (SELECT 8 / (8.0 + count(*)) FROM transcripts_searchline WHERE transcript_id = seen.id AND vector @@ anything)
"""


@dataclass(frozen=True, slots=True)
class Criteria:
    """`q` is what was typed; empty: everything, the newest first. The others narrow it down."""

    q: str = ""
    room_id: uuid.UUID | None = None
    source_kind: str | None = None
    status: str | None = None
    speaker: str = ""
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    results: list[Result]
    total: int


def search(asker: Asker, criteria: Criteria, *, limit: int = 20, offset: int = 0) -> Found:
    """What the asker may read and the criteria fit, best first. The number of queries is the same whatever is found."""
    visible = _narrowed(Transcript.objects.visible_to(asker), criteria)
    if not criteria.q.strip():
        newest = visible.order_by("-created_at", "pk").values_list("pk", flat=True)[offset : offset + limit]
        ranked = [(found, "", 1.0) for found in newest]
        return Found(results(ranked, criteria.q, criteria.speaker), visible.count())
    queries = wanted(parse(criteria.q))
    if not queries:
        return Found([], 0)
    total, ranked = _ranked(visible, queries, limit, offset)
    return Found(results(ranked, criteria.q, criteria.speaker), total)


def _narrowed(transcripts: TranscriptQuerySet, criteria: Criteria) -> TranscriptQuerySet:
    filters: dict[str, Any] = {
        "room": criteria.room_id,
        "source_kind": criteria.source_kind,
        "status": criteria.status,
        "created_at__gte": criteria.created_from,
        "created_at__lte": criteria.created_to,
    }
    found = transcripts.filter(**{name: value for name, value in filters.items() if value is not None})
    if criteria.speaker.strip():
        named = Transcript.objects.filter(participants__name__icontains=criteria.speaker.strip())
        found = found.filter(pk__in=named.values("pk"))
    return found


def _ranked(
    visible: TranscriptQuerySet, queries: list[Wanted], limit: int, offset: int
) -> tuple[int, list[tuple[uuid.UUID, str, float]]]:
    """How many there are, and those of the page as (id, tsquery of what to show, rank)."""
    hits, params = [], Params()
    for one in queries:
        hits.append(HITS.format(condition=one.condition))
        params += [one.anything, one.whole, one.whole, *one.params]
    seen, seen_params = visible.order_by().values("id", "created_at").query.sql_with_params()
    statement = PAGE.format(hits=" UNION ALL ".join(hits), visible=seen, ranked=RANKED, density=DENSITY)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *seen_params, limit, offset])
        rows = cursor.fetchall()
    return rows[0][0], [(found, anything, float(rank)) for _, found, anything, rank in rows if found is not None]
