"""Topics, summary, decisions and next steps, each with the moments of the recording that it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transcripts.domain.quality import doubt_of
from transcripts.models import Topic, Transcript
from transcripts.pages.speech import Moment, Speech

MOST_MOMENTS = 3  # links behind one sentence; more only disturb reading


@dataclass(frozen=True, slots=True)
class Grounded:
    """A sentence and the moments it rests on. `doubt`: why it was not clearly said; empty when it was."""

    text: str
    moments: Sequence[Moment]
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    sentences: Sequence[Grounded]


@dataclass(frozen=True, slots=True)
class SummaryShown:
    """The recap and the long summary. `plain` is the long one where no moments are known: a person wrote it."""

    recap: Sequence[Grounded]
    sections: Sequence[Section]
    plain: str = ""


@dataclass(frozen=True, slots=True)
class TopicShown:
    topic: Topic
    moment: Moment


@dataclass(frozen=True, slots=True)
class Item:
    """A decision or a next step: what, who, by when, and what else is known of it."""

    text: str
    who: str
    due: str
    detail: str
    moments: Sequence[Moment]
    doubt: str = ""


def topics_of(topics: Sequence[Topic], speech: Speech) -> list[TopicShown]:
    return [TopicShown(topic, speech.moment(topic.timestamp)) for topic in topics]


def summary_of(transcript: Transcript, speech: Speech) -> SummaryShown | None:
    """None while there is none, or where there was nothing to summarize."""
    cited = transcript.summary_citations or {}
    if not (any(cited.values()) or transcript.short_summary or transcript.long_summary):
        return None
    written = [Grounded(transcript.short_summary, ())] if transcript.short_summary else []
    return SummaryShown(
        recap=_sentences(cited["short"], speech) if "short" in cited else written,
        sections=[
            Section(section["heading"], _sentences(section["sentences"], speech))
            for section in cited.get("sections", [])
            if _says_more(section["sentences"], cited.get("short", []))
        ],
        plain="" if "sections" in cited else transcript.long_summary or "",
    )


def _says_more(sentences: Sequence[dict[str, Any]], recap: Sequence[dict[str, Any]]) -> bool:
    """Whether it has anything that the recap does not say in the same words: of short meetings it has not."""
    said = {sentence["text"] for sentence in recap}
    return any(sentence["text"] not in said for sentence in sentences)


def decisions(transcript: Transcript, speech: Speech) -> list[Item]:
    return [
        Item(
            text=found["decision"],
            who=found.get("decided_by") or "",
            due="",
            detail=found.get("rationale") or "",
            moments=_moments(found, speech),
            doubt=doubt_of(found),
        )
        for found in (transcript.action_items or {}).get("decisions", [])
    ]


def next_steps(transcript: Transcript, speech: Speech) -> list[Item]:
    return [
        Item(
            text=found["task"],
            who=found.get("assigned_to") or "",
            due=found.get("deadline") or "",
            detail=found.get("context") or "",
            moments=_moments(found, speech),
            doubt=doubt_of(found),
        )
        for found in (transcript.action_items or {}).get("next_steps", [])
    ]


def _sentences(found: Sequence[dict[str, Any]], speech: Speech) -> list[Grounded]:
    return [Grounded(sentence["text"], _moments(sentence, speech), doubt_of(sentence)) for sentence in found]


def _moments(found: dict[str, Any], speech: Speech) -> list[Moment]:
    return [speech.moment(seconds) for seconds in (found.get("seconds") or [])[:MOST_MOMENTS]]
