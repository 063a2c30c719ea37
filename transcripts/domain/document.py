"""A transcript as minutes to be printed: what stands in PDF and Word files, as plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from transcripts.documents.content import Block, Chapter, Decision, Minutes, NextStep, Said, Sentence
from transcripts.domain.languages import language_name
from transcripts.domain.minutes import clock, drafts_notice, quality_notice
from transcripts.domain.quality import doubt_of
from transcripts.domain.source import address
from transcripts.domain.spoken import Segment
from transcripts.models import Transcript


def minutes_of(transcript: Transcript, said: Sequence[Segment]) -> Minutes:
    """`said` is what to print, as for `export.render`."""
    cited = transcript.summary_citations or {}
    items = transcript.action_items or {}
    return Minutes(
        title=clean(str(transcript)) or "Transcript",
        language=transcript.language,
        created_at=transcript.created_at.isoformat(),
        facts=[(name, clean(value)) for name, value in _facts(transcript, said) if value],
        notices=[clean(notice) for notice in (drafts_notice(transcript), quality_notice(transcript)) if notice],
        recap=_recap(transcript, cited),
        summary=_summary(transcript, cited),
        decisions=[
            Decision(
                text=_line(one, "decision"),
                by=_line(one, "decided_by"),
                why=_line(one, "rationale"),
                doubted=_weak(one),
            )
            for one in items.get("decisions", [])
        ],
        next_steps=[
            NextStep(
                task=_line(one, "task"),
                who=_line(one, "assigned_to"),
                due=_line(one, "deadline"),
                context=_line(one, "context"),
                doubted=_weak(one),
            )
            for one in items.get("next_steps", [])
        ],
        chapters=_chapters(transcript, said),
    )


def clean(text: str) -> str:
    """On one line, without control characters, which neither XML nor a printer takes."""
    kept = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Cn") else letter for letter in text)
    return " ".join((text if text.isascii() and text.isprintable() else kept).split())


def _facts(transcript: Transcript, said: Sequence[Segment]) -> Iterator[tuple[str, str]]:
    yield "Date", f"{transcript.created_at:%Y-%m-%d %H:%M} UTC"
    yield "Length", clock(transcript.duration / 1000) if transcript.duration else ""
    yield "People", ", ".join(dict.fromkeys(segment.speaker_name for segment in said))
    yield "Language", language_name(transcript.language)
    yield "Room", transcript.room_name or ""
    if transcript.source_url:
        title = f"{transcript.source_title}: " if transcript.source_title else ""
        by = f" (by {transcript.source_author})" if transcript.source_author else ""
        yield "Source", f"{title}{address(transcript, whole=False)}{by}"  # minutes are passed on


def _recap(transcript: Transcript, cited: Mapping[str, Any]) -> list[Sentence]:
    if "short" in cited:
        return _sentences(cited["short"])
    return [Sentence(clean(transcript.short_summary))] if transcript.short_summary else []


def _summary(transcript: Transcript, cited: Mapping[str, Any]) -> list[Block]:
    if "sections" in cited:
        return [
            block
            for section in cited["sections"]
            for block in (
                Block("heading", [Sentence(clean(section["heading"]))]),
                Block("paragraph", _sentences(section["sentences"])),
            )
        ]
    recap = clean(transcript.short_summary or "")
    blocks = list(_blocks(transcript.long_summary or ""))
    if len(blocks) > 1 and recap and blocks[1].sentences[0].text == recap:
        blocks = blocks[2:]  # the long one of an engine begins with it
    return blocks


def _blocks(markdown: str) -> Iterator[Block]:
    """Paragraphs, headings and list items; other mark-up is left as people wrote it."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*+]\s|#+\s))", markdown):
        text = clean(paragraph)
        heading = re.fullmatch(r"#+\s+(.*)|\*\*(.+?)\*\*", text)
        item = re.fullmatch(r"[-*+]\s+(.*)", text)
        if heading:
            yield Block("heading", [Sentence(heading[1] or heading[2])])
        elif item:
            yield Block("item", [Sentence(item[1].replace("**", ""))])
        elif text:
            yield Block("paragraph", [Sentence(text.replace("**", ""))])


def _sentences(found: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    return [Sentence(clean(one["text"]), _weak(one)) for one in found]


def _weak(found: Mapping[str, Any]) -> bool:
    return bool(doubt_of(found))


def _line(found: Mapping[str, Any], name: str) -> str:
    return clean(str(found.get(name) or ""))


def _chapters(transcript: Transcript, said: Sequence[Segment]) -> list[Chapter]:
    topics = {topic.pk: topic for topic in transcript.topics.all()}
    chapters = []
    for topic_id, group in groupby(said, key=lambda segment: segment.topic_id):
        topic = topics.get(topic_id) if topic_id else None
        chapters.append(
            Chapter(
                title=clean(topic.title) if topic else "",
                time=clock(topic.timestamp) if topic else "",
                summary=clean(topic.summary) if topic else "",
                said=[Said(clock(one.start), clean(one.speaker_name), clean(one.text)) for one in group],
            )
        )
    return chapters
