"""A transcript as Markdown minutes: what it was about, what was agreed, and then the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from transcripts.domain.quality import doubt_of, word_for
from transcripts.domain.source import address
from transcripts.domain.spoken import Segment, one_line
from transcripts.models import Topic, Transcript

#: What stands behind a sentence or an item that the check has marked.
NOT_CLEAR = "not clearly said in the recording"


def markdown(transcript: Transcript, said: Sequence[Segment]) -> str:
    """Sections that have nothing in them are left out. The whole says so where a fallback engine made part of it."""
    sections = (
        _head(transcript),
        _summary(transcript),
        _action_items(transcript.action_items or {}),
        _words(transcript, said),
    )
    return "\n\n".join(block for section in sections for block in section) + "\n"


def clock(seconds: float) -> str:
    """`MM:SS`; minutes go on beyond 59."""
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"


def _head(transcript: Transcript) -> Iterator[str]:
    yield f"# {_plain(str(transcript))}"
    yield f"*{transcript.created_at:%Y-%m-%d %H:%M} UTC · {clock(transcript.duration / 1000)}*"
    if transcript.source_url:
        by = f" by {_plain(transcript.source_author)}" if transcript.source_author else ""
        link = address(transcript, whole=False)  # minutes are passed on
        yield f"Source: [{_plain(transcript.source_title or link)}](<{_within_brackets(link)}>){by}"
    if drafts := drafts_notice(transcript):
        yield f"> **Draft.**{drafts.removeprefix('Draft.')}"
    if transcript.quality:
        verdict, score, reasons = _quality(transcript.quality)
        yield f"> **{verdict}**{score}. {_plain(reasons)}".rstrip()


def drafts_notice(transcript: Transcript) -> str:
    """What a reader should know first where a fallback engine made part of it; else empty."""
    drafts = {f"{info['engine']} ({task})" for task, info in transcript.engines.items() if info.get("draft")}
    if not drafts:
        return ""
    return (
        f"Draft. Made by built-in engines that know little: {', '.join(sorted(drafts))}. "
        "Check it before you rely on it."
    )


def quality_notice(transcript: Transcript) -> str:
    """How good it is, in words; empty where it was not checked."""
    verdict, score, reasons = _quality(transcript.quality) if transcript.quality else ("", "", "")
    return f"{verdict}{score}. {reasons}".strip(" .") + "." if verdict else ""


def _within_brackets(link: str) -> str:
    return link.replace("<", "%3C").replace(">", "%3E")


def _quality(quality: Mapping[str, Any]) -> tuple[str, str, str]:
    """The verdict, the score behind it, and what they rest on."""
    score = "" if quality["score"] is None else f" ({quality['score']} of 100)"
    reasons = " ".join(reason["sentence"] for reason in quality["reasons"])
    return f"Quality: {word_for(quality['score'])}", score, reasons


def _summary(transcript: Transcript) -> Iterator[str]:
    cited = transcript.summary_citations or {}
    long = re.sub(r"^# ", "## ", transcript.long_summary or "", flags=re.MULTILINE)
    short = _recap(transcript, cited)
    by_sentence = "sections" in cited and ("short" not in cited or _doubtful(cited))
    if short and (by_sentence or short not in long):  # the long one of an engine begins with it
        yield f"## {'Quick recap' if long else 'Summary'}\n\n{short}"
    if by_sentence and cited["sections"]:
        yield "## Summary"
        for section in cited["sections"]:
            yield f"**{section['heading']}**\n\n{_paragraph(section['sentences'])}"
    elif long and not by_sentence:
        yield long


def _recap(transcript: Transcript, cited: Mapping[str, Any]) -> str:
    """With what the check has marked; as it is where a person wrote it."""
    return _paragraph(cited["short"]) if "short" in cited else transcript.short_summary or ""


def _doubtful(cited: Mapping[str, Any]) -> bool:
    sections = [sentence for section in cited.get("sections", []) for sentence in section["sentences"]]
    return any(doubt_of(sentence) for sentence in [*cited.get("short", []), *sections])


def _paragraph(sentences: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(f"{sentence['text']}{_mark(sentence)}" for sentence in sentences)


def _mark(found: Mapping[str, Any]) -> str:
    return f" *({NOT_CLEAR})*" if doubt_of(found) else ""


def _action_items(items: Mapping[str, Any]) -> Iterator[str]:
    if decisions := items.get("decisions"):
        yield "## Decisions"
        yield "\n".join(_decision(decision) for decision in decisions)
    if steps := items.get("next_steps"):
        yield "## Next steps"
        yield "\n".join(_step(step) for step in steps)


def _decision(decision: Mapping[str, Any]) -> str:
    by = f" ({_plain(decision['decided_by'])})" if decision.get("decided_by") else ""
    because = f": {_plain(decision['rationale'])}" if decision.get("rationale") else ""
    return f"- {_plain(decision['decision'])}{by}{because}{_mark(decision)}"


def _step(step: Mapping[str, Any]) -> str:
    who = f"**{_plain(step['assigned_to'])}**: " if step.get("assigned_to") else ""
    due = f" ({_plain(step['deadline'])})" if step.get("deadline") else ""
    return f"- [ ] {who}{_plain(step['task'])}{due}{_mark(step)}"


def _words(transcript: Transcript, said: Sequence[Segment]) -> Iterator[str]:
    topics = {topic.id: topic for topic in transcript.topics.all()}
    if said:
        yield "## Transcript"
    for topic_id, group in groupby(said, key=lambda segment: segment.topic_id):
        if topic_id is not None:
            yield from _topic(topics[topic_id])
        yield from _spoken(group)


def _topic(topic: Topic) -> Iterator[str]:
    yield f"### {_plain(topic.title)} [{clock(topic.timestamp)}]"
    if topic.summary:
        yield f"*{_plain(topic.summary)}*"


def _spoken(said: Iterable[Segment]) -> Iterator[str]:
    for segment in said:
        yield f"**{_plain(segment.speaker_name)}** [{clock(segment.start)}] {_plain(segment.text)}"


def _plain(text: str) -> str:
    """Text of people on one line, with what Markdown would take for mark-up escaped."""
    return re.sub(r"([\\`*_<])", r"\\\1", one_line(text))
