"""A transcript as a message in Zulip: what it is, where it is, and what was said in it, folded away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings

from transcripts.domain.minutes import clock
from transcripts.models import Topic, Transcript
from transcripts.zulip.client import LONGEST_MESSAGE

_LONGEST_TITLE = 300
_CUT = "\n…"


def message_of(transcript: Transcript, *, include_topics: bool) -> str:
    """Zulip's Markdown, within the length that it takes: of what is too long the end is left out."""
    head, end = _head(transcript), "-----"
    room = LONGEST_MESSAGE - len(head) - len(end) - 200  # fences, titles and line breaks
    topics = _cut(_topics(list(transcript.topics.all())), room // 2) if include_topics else ""
    summary = _cut(_quiet(transcript.long_summary or "No summary available"), room - len(topics))
    blocks = [head, _spoiler("Summary", summary)]
    if topics:
        blocks.append(_spoiler("Topics", topics))
    return "\n\n".join([*blocks, end])


def _head(transcript: Transcript) -> str:
    title = " ".join((transcript.title or transcript.name or "Unnamed recording").split())[:_LONGEST_TITLE]
    address = f"{settings.BASE_URL}/transcripts/{transcript.pk}"
    return (
        f"# Reflector – {_quiet(title)}\n\n"
        f"**Date**: <time:{transcript.created_at.isoformat()}>\n"
        f"**Link**: [{urlsplit(address).hostname}]({address})\n"
        f"**Duration**: {duration(transcript.duration / 1000)}"
    )


def duration(seconds: float) -> str:
    """`h:mm:ss`, or `mm:ss` below an hour."""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def _topics(topics: Sequence[Topic]) -> str:
    return "\n".join(
        f"{number}. [{clock(topic.timestamp)}] {_quiet(topic.title)}" for number, topic in enumerate(topics, 1)
    )


def _spoiler(title: str, text: str) -> str:
    """A block that opens on a click. Its fence is longer than any in the text, which would end it early."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}spoiler {title}\n{text}\n{fence}"


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - len(_CUT)] + _CUT


def _quiet(text: str) -> str:
    """Nobody is called by a mention that comes from what was said: an invisible joiner stands in it."""
    return re.sub(r"@(?=_?\*)", "@\u2060", text)
