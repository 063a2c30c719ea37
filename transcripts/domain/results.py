"""What the pipeline finds, written on the transcript: called by the steps inside the transaction that finishes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from transcripts.domain import segments, translations
from transcripts.domain.keeping import Marked
from transcripts.domain.snapshot import SENTENCES
from transcripts.engines.base import ActionItems, Cited, EngineInfo, Section, Summary, Word
from transcripts.events import (
    ActionItemsFound,
    Duration,
    FinalLongSummary,
    FinalShortSummary,
    FinalTitle,
    TopicFound,
    TopicSegment,
    TranscriptLines,
    Updated,
    Waveform,
    announce,
    take_back_topics,
)
from transcripts.models import Topic, Transcript, Utterance


def record_engine(transcript: Transcript, task: str, info: EngineInfo | None) -> None:
    """Note which engine did `task` ("transcription", "diarization", "topics"…); None takes the note away."""
    engines = {name: value for name, value in transcript.engines.items() if name != task}
    if info is not None:
        engines[task] = asdict(info)
    if engines == transcript.engines:
        return
    transcript.engines = engines
    transcript.save(update_fields=["engines", "updated_at"])
    announce(transcript, Updated(fields=["engines"]))


def playable(transcript: Transcript) -> None:
    """The audio for the player is in the vault."""
    announce(transcript, Updated(fields=["audio"]))


def save_media(transcript: Transcript, *, duration: float, waveform: list[float]) -> None:
    """Length in seconds and the 255 peaks of the recording."""
    transcript.duration, transcript.waveform = duration * 1000, waveform
    transcript.save(update_fields=["duration", "waveform", "updated_at"])
    announce(transcript, Duration(duration=transcript.duration))
    announce(transcript, Waveform(waveform=waveform))


def replace_words(
    transcript: Transcript,
    words: Sequence[Word],
    *,
    language: str,
    tracks: bool = False,
    translated: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write what was said, cut into utterances; whatever was written before, topics included, goes.
    Translations stay where the same was said, those of `translated` too (as `translations.take` gives them).

    `tracks`: each speaker has a channel of their own.
    """
    cut = segments.utterances_of_tracks if tracks else segments.utterances
    transcript.detected_language = language
    _save_unjudged(transcript, "detected_language")
    translated = [*translated, *translations.take(transcript)]
    transcript.utterances.all().delete()
    transcript.topics.all().delete()
    Utterance.objects.bulk_create(
        (
            Utterance(
                transcript=transcript,
                position=position,
                speaker=group[0].speaker,
                start=group[0].start,
                end=max(word.end for word in group),
                text="".join(word.text for word in group).strip(),
                words=[_word(word) for word in group],
            )
            for position, group in enumerate(cut(words))
        ),
        batch_size=500,
    )
    translations.put_back(transcript, translated)
    announce(transcript, TranscriptLines(text="", translation=None))


def _word(word: Word) -> dict[str, Any]:
    values: dict[str, Any] = {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
    if word.confidence is not None:
        values["confidence"] = round(word.confidence, 3)
    if word.suspect:
        values["suspect"] = word.suspect
    if isinstance(word, Marked):
        marks = {"edited": word.edited, "assigned": word.assigned}
        values |= {name: True for name, is_set in marks.items() if is_set}
        values |= {} if word.voice is None else {"voice": word.voice}
    return values


def save_topics(transcript: Transcript, found: Sequence[tuple[int, int, str, str]]) -> None:
    """Topics as (first utterance, last utterance, title, summary), in order."""
    transcript.topics.all().delete()
    utterances = list(transcript.utterances.all())
    topics = []
    for position, (first, last, title, summary) in enumerate(found):
        covered = utterances[first : last + 1]
        start, end = covered[0].start, max(utterance.end for utterance in covered)
        topic = Topic(
            transcript=transcript,
            position=position,
            title=title[:500],
            summary=summary,
            timestamp=start,
            duration=end - start,
        )
        for utterance in covered:
            utterance.topic = topic
        topics.append(topic)
    Topic.objects.bulk_create(topics)
    Utterance.objects.bulk_update(utterances, ["topic"], batch_size=500)
    take_back_topics(transcript)
    for topic, group in groupby((u for u in utterances if u.topic_id), key=lambda utterance: utterance.topic):
        announce(transcript, topic_found(topic, list(group)))


def topic_found(topic: Topic | None, utterances: list[Utterance]) -> TopicFound:
    """The event of a topic with the utterances on it, in their order."""
    assert topic is not None
    return TopicFound(
        id=topic.id,
        title=topic.title,
        summary=topic.summary,
        timestamp=topic.timestamp,
        duration=topic.duration,
        transcript=" ".join(utterance.text for utterance in utterances),
        segments=[TopicSegment(text=u.text, start=u.start, speaker=u.speaker) for u in utterances],
    )


def save_title(transcript: Transcript, title: str) -> None:
    """Unless a person has given it one, which stays."""
    if "title" in transcript.edited:
        return
    transcript.title = title[:500]
    _save_unjudged(transcript, "title")
    announce(transcript, FinalTitle(title=transcript.title))


def save_summary(transcript: Transcript, summary: Summary) -> None:
    """Both summaries as text, and each sentence with the seconds it rests on; one that a person wrote stays."""
    _set_summary(transcript, summary, asdict(summary))
    _save_unjudged(transcript, "short_summary", "long_summary", "summary_citations")
    if "short_summary" not in transcript.edited:
        announce(transcript, FinalShortSummary(short_summary=transcript.short_summary or ""))
    if "long_summary" not in transcript.edited:
        announce(transcript, FinalLongSummary(long_summary=transcript.long_summary or ""))


def _set_summary(transcript: Transcript, summary: Summary, cited: Mapping[str, Any]) -> None:
    """Write the summaries with their sentences, `cited`, but for those that a person has written."""
    written = {key for name, key in SENTENCES.items() if name in transcript.edited}
    if "short" not in written:
        transcript.short_summary = _paragraph(summary.short)
    if "sections" not in written:
        transcript.long_summary = _markdown(summary)
    transcript.summary_citations = {key: sentences for key, sentences in cited.items() if key not in written}


def _paragraph(sentences: Sequence[Cited]) -> str:
    return " ".join(sentence.text for sentence in sentences)


def _markdown(summary: Summary) -> str:
    """The layout that clients know: a quick recap, then a bold heading and a paragraph per subject."""
    if not summary.short and not summary.sections:
        return ""
    sections = "\n\n".join(f"**{section.heading}**\n\n{_paragraph(section.sentences)}" for section in summary.sections)
    return f"# Quick recap\n\n{_paragraph(summary.short)}\n\n# Summary\n\n{sections}".strip()


def save_action_items(transcript: Transcript, items: ActionItems) -> None:
    """Unless a person has written them, which stay."""
    if "action_items" in transcript.edited:
        return
    transcript.action_items = _with_people(transcript, asdict(items))
    _save_unjudged(transcript, "action_items")
    announce(transcript, ActionItemsFound(action_items=transcript.action_items))


def _with_people(transcript: Transcript, items: Mapping[str, Any]) -> dict[str, Any]:
    """The items with the ids of the participants whom they name."""
    ids = {participant.name: str(participant.id) for participant in transcript.participants.all()}
    return {
        "decisions": [
            {**decision, "decided_by_participant_id": ids.get(decision["decided_by"] or "")}
            for decision in items["decisions"]
        ],
        "next_steps": [
            {**step, "assigned_to_participant_id": ids.get(step["assigned_to"] or "")} for step in items["next_steps"]
        ],
    }


def _save_unjudged(transcript: Transcript, *fields: str) -> None:
    """Save what an engine found; a score that an earlier run gave does not hold for it."""
    judged, transcript.quality = transcript.quality is not None, None
    transcript.save(update_fields=[*fields, "quality", "updated_at"])
    if judged:
        announce(transcript, Updated(fields=["quality"]))


# --- what the check at the end leaves of it


def save_checked(transcript: Transcript, found: Mapping[str, Any]) -> None:
    """Write what the check kept: `{"title", "topics", "summary", "items", "quality"}` as `steps/check.py` returns it.

    Parts that were not made are None, and what a person has written stays. What reads as before is not announced
    again; marks come with the quality.
    """
    before = (transcript.title, transcript.short_summary, transcript.long_summary, transcript.action_items)
    if found["title"] is not None and "title" not in transcript.edited:
        transcript.title = found["title"][:500]
    if found["summary"] is not None:
        _keep_summary(transcript, found["summary"])
    if found["items"] is not None and "action_items" not in transcript.edited:
        transcript.action_items = _with_people(transcript, found["items"])
    transcript.quality = found["quality"]
    written = ["title", "short_summary", "long_summary", "summary_citations", "action_items", "quality"]
    transcript.save(update_fields=[*written, "updated_at"])
    _rewrite_topics(transcript, found["topics"])
    _announce_what_differs(transcript, *before)
    announce(transcript, Updated(fields=["quality"]))


def _keep_summary(transcript: Transcript, checked: dict[str, Any]) -> None:
    summary = Summary(
        short=_plain(checked["short"]),
        sections=[Section(section["heading"], _plain(section["sentences"])) for section in checked["sections"]],
    )
    _set_summary(transcript, summary, checked)


def _plain(sentences: Sequence[Mapping[str, Any]]) -> list[Cited]:
    return [Cited(sentence["text"], sentence["seconds"]) for sentence in sentences]


def _rewrite_topics(transcript: Transcript, summaries: Mapping[str, str]) -> None:
    """`summaries`: those that have changed, by the position of their topic."""
    topics = [topic for topic in transcript.topics.all() if str(topic.position) in summaries] if summaries else []
    for topic in topics:
        topic.summary = summaries[str(topic.position)]
    if not topics:
        return
    Topic.objects.bulk_update(topics, ["summary"])
    said = {topic.pk: list[Utterance]() for topic in topics}
    for utterance in transcript.utterances.filter(topic__in=topics).defer("words"):
        if utterance.topic_id is not None:
            said[utterance.topic_id].append(utterance)
    take_back_topics(transcript, keep=transcript.topics.exclude(pk__in=said).values_list("pk", flat=True))
    for topic in topics:
        announce(transcript, topic_found(topic, said[topic.pk]))


def _announce_what_differs(
    transcript: Transcript, title: str | None, short: str | None, long: str | None, items: dict[str, Any] | None
) -> None:
    if transcript.title != title:
        announce(transcript, FinalTitle(title=transcript.title or ""))
    if transcript.short_summary != short:
        announce(transcript, FinalShortSummary(short_summary=transcript.short_summary or ""))
    if transcript.long_summary != long:
        announce(transcript, FinalLongSummary(long_summary=transcript.long_summary or ""))
    if transcript.action_items is not None and _unmarked(transcript.action_items) != _unmarked(items or {}):
        announce(transcript, ActionItemsFound(action_items=transcript.action_items))


def _unmarked(items: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the check adds to everything; a mark on a doubtful item is part of what people see."""
    nothing = (("grounding", "grounded"), ("reason", ""))
    return {
        kind: [{name: value for name, value in item.items() if (name, value) not in nothing} for item in found]
        for kind, found in items.items()
    }
