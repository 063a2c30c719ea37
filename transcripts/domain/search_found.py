"""What is shown of the transcripts that were found: where the words occur, who said them, and when."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from transcripts.domain.search_query import parse, pieces
from transcripts.domain.search_sql import distances
from transcripts.domain.snippets import (
    START,
    STOP,
    Snippet,
    Span,
    joined,
    literal,
    side_by_side,
    snippets,
    spans,
    whole,
)
from transcripts.domain.spoken import name_of, speaker_names
from transcripts.models import Transcript

MOST = 3  # snippets of one transcript
MOST_OF_SUMMARY = 2

OPTIONS = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"

#: The utterances that fit best, those of the speaker whom one asks for first, and how many there are.
LINES = """
SELECT line.transcript_id, line.total, u.position, u.speaker, u.start, u.text,
    ts_headline(line.config::regconfig, transcripts_search_plain(u.text), line.anything, %s)
FROM (
    SELECT page.*, best.* FROM (
        SELECT e.transcript_id, e.config, asked.anything
        FROM unnest(%s::uuid[], %s::tsquery[]) AS asked (id, anything)
        JOIN transcripts_searchentry e ON e.transcript_id = asked.id
    ) AS page CROSS JOIN LATERAL (
        SELECT utterance_id, count(*) OVER () AS total FROM transcripts_searchline
        WHERE transcript_id = page.transcript_id AND vector @@ page.anything
        ORDER BY {first} ts_rank(vector, page.anything) DESC, utterance_id LIMIT %s
    ) AS best
) AS line JOIN transcripts_utterance u ON u.id = line.utterance_id ORDER BY u.transcript_id, u.position
"""
OF_SPEAKER = """
(SELECT u.speaker FROM transcripts_utterance u WHERE u.id = utterance_id) IN (SELECT p.speaker
    FROM transcripts_participant p WHERE p.transcript_id = page.transcript_id AND p.name ILIKE %s) DESC,
"""

#: Markdown without its marks and line breaks.
PLAIN = r"btrim(regexp_replace(translate({}, E'#*`\n\r\t', '      '), ' {{2,}}', ' ', 'g'))"
SUMMARIES = {name: PLAIN.format(f"t.{name}") for name in ("long_summary", "short_summary")}

#: What stands above the words, where any of it fits.
HEADS = """
SELECT e.transcript_id, field.name, field.content,
    ts_headline(e.config::regconfig, transcripts_search_plain(field.content), asked.anything, %s)
FROM unnest(%s::uuid[], %s::tsquery[]) AS asked (id, anything)
JOIN transcripts_searchentry e ON e.transcript_id = asked.id AND e.head @@ asked.anything
JOIN transcripts_transcript t ON t.id = e.transcript_id
CROSS JOIN LATERAL (
    SELECT 'title', t.title UNION ALL SELECT 'name', t.name
    UNION ALL (SELECT 'speaker', name FROM transcripts_participant WHERE transcript_id = t.id ORDER BY speaker, name)
    UNION ALL SELECT 'summary', {long_summary}
    UNION ALL SELECT 'short summary', {short_summary}
) AS field (name, content)
WHERE field.content <> ''
"""


@dataclass(frozen=True, slots=True)
class Match:
    """A place that fits: in `title`, `name`, `speaker`, `summary` or `speech`; only the last has a moment.

    `anchor` is that of the utterance on the page of the transcript.
    """

    field: str
    text: str
    marked: str
    seconds: float | None = None
    speaker_name: str | None = None
    position: int | None = None

    @property
    def anchor(self) -> str | None:
        return None if self.position is None else f"u{self.position}"


@dataclass(frozen=True, slots=True)
class Result:
    transcript: Transcript
    rank: float
    matches: list[Match]
    total_match_count: int

    @property
    def search_snippets(self) -> list[str]:
        """Of the summary, two at most, then of what was said: three in all."""
        return [match.text for match in self.matches if match.field in ("summary", "speech")]


Ranked = Sequence[tuple[uuid.UUID, str, float]]


def results(ranked: Ranked, typed: str, speaker: str) -> list[Result]:
    """In the same order, with what to show of each. Four queries, or two where nothing was typed."""
    among = Transcript.objects.select_related("room", "user").prefetch_related("participants")
    found = among.defer("waveform", "summary_citations", "action_items", "quality").in_bulk(
        [key for key, _, _ in ranked]
    )
    asked = [(key, anything) for key, anything, _ in ranked if anything]
    heads = _heads(asked, typed) if asked else {}
    lines = _lines(asked, typed, speaker) if asked else {}
    return [
        _result(found[key], rank, heads.get(key, []), lines.get(key, [])) for key, _, rank in ranked if key in found
    ]


def _result(transcript: Transcript, rank: float, heads: list[_Field], lines: list[_Line]) -> Result:
    names = speaker_names(transcript)
    matches = [Match(field.name, snippet.text, snippet.marked) for field in heads for snippet in field.snippets]
    of_summary = sum(match.field == "summary" for match in matches)
    said = [
        Match("speech", line.snippet.text, line.snippet.marked, line.start, name_of(line.speaker, names), line.position)
        for line in lines[: MOST - of_summary]
    ]
    total = sum(field.count for field in heads if field.name == "summary") + (lines[0].total if lines else 0)
    return Result(transcript, rank, [*matches, *said], total)


# --- title, names and summaries


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    count: int  # matches in it
    snippets: list[Snippet]


def _heads(asked: Sequence[tuple[uuid.UUID, str]], typed: str) -> dict[uuid.UUID, list[_Field]]:
    found: dict[uuid.UUID, dict[str, _Field]] = defaultdict(dict)
    meant = dict(asked)
    for key, name, text, marked in _rows(HEADS.format(**SUMMARIES), [OPTIONS, *_arrays(asked)]):
        matches = _matches(text, marked, typed, meant[key])
        if matches:
            of_summary = name.endswith("summary")
            shown = (
                snippets(text, matches, first=literal(text, typed.strip()), most=MOST_OF_SUMMARY)
                if of_summary
                else [whole(text, matches)]
            )
            # The short summary stands at the top of the long one, unless somebody wrote another.
            found[key].setdefault(
                "summary" if of_summary else f"{name} {text}", _Field(name.split()[-1], len(matches), shown)
            )
    return {key: list(fields.values()) for key, fields in found.items()}


# --- what was said


@dataclass(frozen=True, slots=True)
class _Line:
    position: int
    speaker: int
    start: float
    snippet: Snippet
    total: int  # utterances of the transcript that fit


def _lines(asked: Sequence[tuple[uuid.UUID, str]], typed: str, speaker: str) -> dict[uuid.UUID, list[_Line]]:
    found: dict[uuid.UUID, list[_Line]] = defaultdict(list)
    meant = dict(asked)
    first = OF_SPEAKER if speaker.strip() else ""
    of_speaker = [f"%{connection.ops.prep_for_like_query(speaker.strip())}%"] if first else []
    for key, total, position, number, start, text, marked in _rows(
        LINES.format(first=first), [OPTIONS, *_arrays(asked), *of_speaker, MOST]
    ):
        matches = _matches(text, marked, typed, meant[key])
        shown = snippets(text, matches, first=literal(text, typed.strip()), most=1) or [whole(text, [])]
        found[key].append(_Line(position, number, start, shown[0], total))
    return found


def _matches(text: str, marked: str, typed: str, anything: str) -> list[Span]:
    """Where the words are that the database has marked, and characters of scripts without spaces, which it cannot.

    It marks the words of a phrase wherever they stand; where only phrases were asked for, the others are none.
    """
    by_database = spans(marked) if len(marked.replace(START, "").replace(STOP, "")) == len(text) else []
    apart = distances(anything)
    if apart is not None:
        by_database = side_by_side(text, by_database, apart)
    runs = {
        run
        for choice in parse(typed)
        for term in choice
        if not term.excluded
        for mine, run in pieces(term.text)
        if mine
    }
    return joined([*by_database, *(span for run in sorted(runs) for span in literal(text, run))])


def _arrays(asked: Sequence[tuple[uuid.UUID, str]]) -> list[Any]:
    return [[key for key, _ in asked], [anything for _, anything in asked]]


def _rows(statement: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[Any] = cursor.fetchall()
    return found
