"""What the steps share that ask a language engine about the text."""

from __future__ import annotations

from transcripts.engines.base import EngineInfo, Line, TopicText
from transcripts.engines.registry import EngineSpec
from transcripts.models import Run, Transcript
from transcripts.pipeline.choose import engine_for
from transcripts.pipeline.context import Context


def lines_of(transcript: Transcript) -> list[Line]:
    """The utterances as engines see them, with names where they are known."""
    names = {person.speaker: person.name for person in transcript.participants.all() if person.speaker is not None}
    return [
        Line(speaker=names.get(u.speaker, f"Speaker {u.speaker}"), start=u.start, end=u.end, text=u.text)
        for u in transcript.utterances.all()
    ]


def topics_of(run: Run) -> list[TopicText]:
    return [TopicText(title=topic.title, summary=topic.summary) for topic in run.transcript.topics.all()]


def engine(context: Context) -> tuple[EngineSpec, EngineInfo]:
    spec = engine_for("language").spec
    info: EngineInfo = context.engine(spec, "info")
    return spec, info
