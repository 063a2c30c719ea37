"""Following what changes, in the order of `change_seq`, without missing any of it however many write.

Numbers are taken before they are committed, so a lower one may appear after a higher one. `horizon` says up to which
number nothing is to come any more; readers ask for no more than that, and the rest is theirs the next time.

Some clients turn pages (`page=2`, `page=3`…) with one `change_seq_from`. Rows that change meanwhile move to the end,
and all behind them move up: counting them off would pass over some. So a page begins after the place at which the page
before it ended for the same credential and query. Two programs may share both: the lowest place of the last minutes
counts, which gives one of them some rows twice and neither of them none.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping

from django.db import connection
from django.db.models import Min

from accounts.guests import Asker
from transcripts.models import PageEnd

#: Seconds. Places are kept for at least one period after they were noted, and for less than two.
PERIOD = 600

NOTE = """
INSERT INTO transcripts_pageend AS known (walk, page, period, change_seq) VALUES (%s, %s, %s, %s)
ON CONFLICT (walk, page, period) DO UPDATE SET change_seq = least(known.change_seq, excluded.change_seq)
"""


def horizon() -> int:
    """The highest number up to which no transaction of others has anything to commit.

    Ask before the rows, in a statement of its own: what is committed in between is seen then, or has a higher number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT transcripts_change_horizon()")
        row = cursor.fetchone()
    return int(row[0])


def walk_of(asker: Asker, query: Mapping[str, object]) -> str:
    """What the pages of one walk have in common: the credential, and the query but for the page."""
    same = [str(asker.pk), getattr(asker, "came_by", ""), {name: str(value) for name, value in query.items()}]
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()


def note_end(walk: str, page: int, change_seq: int) -> None:
    """The page has ended with this number, and there may be another one after it."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [walk, page, _period(), change_seq])


def end_of(walk: str, page: int) -> int | None:
    """The lowest number with which this page has ended lately; None when nobody has read it."""
    kept = PageEnd.objects.filter(walk=walk, page=page, period__gte=_period() - 1)
    lowest: int | None = kept.aggregate(lowest=Min("change_seq"))["lowest"]
    return lowest


def sweep() -> None:
    """Forget the places of readers who have finished, or given up."""
    PageEnd.objects.filter(period__lt=_period() - 1).delete()


def _period() -> int:
    return int(time.time()) // PERIOD
