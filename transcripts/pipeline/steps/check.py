"""The last look: every sentence, decision and next step against what was said, and how good the whole is.

It reads what the engines found from the steps before, not from the transcript, so that it may be done again from here.
The step is optional in the plans. It may fail only by a mistake in this program, and then the transcript stays as the
engines left it: nothing is dropped, nothing is marked, no score is shown, and the page says that it was not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from statistics import fmean
from typing import Any

from pydantic import TypeAdapter

from transcripts.domain import results as write
from transcripts.domain.checking import Check
from transcripts.domain.heard import Heard, Meeting, trusted_text
from transcripts.domain.quality import Signals, covered_seconds, quality
from transcripts.domain.tongues import guess
from transcripts.engines.base import ActionItems, Summary, TopicText
from transcripts.engines.language.words import is_unspaced
from transcripts.engines.transcription.gate import LOW_CONFIDENCE
from transcripts.models import Part, Run, Topic, Transcript, Utterance
from transcripts.pipeline.context import Context
from transcripts.pipeline.failures import StepFailed
from transcripts.pipeline.steps.base import Json, StepWork

SUMMARY = TypeAdapter(Summary)
ACTION_ITEMS = TypeAdapter(ActionItems)


def compute(context: Context) -> Json:
    try:
        return _checked(context)
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A mistake that would be made again: not worth three attempts, and the transcript is complete without it.
        raise StepFailed(f"The result could not be checked against what was said ({error}).", permanent=True) from error


def _checked(context: Context) -> Json:
    transcript, found = context.transcript, _found(context.run)
    utterances, topics = list(transcript.utterances.all()), list(transcript.topics.all())
    check = Check(Meeting(_heard(utterances), transcript.language, _names(transcript, utterances)))
    looks: dict[str, Callable[[], Any]] = {
        "title": lambda: _title(check, found.get("title"), topics),
        "topics": lambda: _topics(check, topics, found),
        "summary": lambda: _summary(check, found.get("summary")),
        "items": lambda: _items(check, found.get("actions")),
        "quality": lambda: quality(_signals(transcript, utterances, found, check)),  # the last: it counts the others
    }
    result: Json = {}
    for done, (name, look) in enumerate(looks.items(), start=1):
        result[name] = look()
        context.progress(done, len(looks))
        context.checkpoint()
    return result


def _title(check: Check, found: Json | None, topics: Sequence[Topic]) -> str | None:
    if found is None:
        return None
    texts = [TopicText(topic.title, topic.summary) for topic in topics]
    return check.title(found["title"], texts, [topic.duration for topic in topics])


def _topics(check: Check, topics: Sequence[Topic], found: dict[str, Json]) -> dict[str, str]:
    """The summaries of topics that are to read otherwise than they do, by position."""
    changed = {}
    for topic in topics:
        written = found.get(f"topics {topic.position}", {}).get("summary", topic.summary)
        checked = check.topic(TopicText(topic.title, written)).summary
        if checked != topic.summary:
            changed[str(topic.position)] = checked
    return changed


def _summary(check: Check, found: Json | None) -> Json | None:
    return None if found is None else check.summary(SUMMARY.validate_python(found["summary"]))


def _items(check: Check, found: Json | None) -> Json | None:
    return None if found is None else check.action_items(ACTION_ITEMS.validate_python(found["items"]))


def _found(run: Run) -> dict[str, Json]:
    """What the steps found, by their names, in one query; of topics, each as "topics 0", "topics 1" and so on."""
    names = ("read", "diarize", "topics", "title", "summary", "actions")
    parts = Part.objects.filter(step__run=run, step__name__in=names, result__isnull=False)
    rows = parts.values_list("step__name", "number", "result")
    return {f"topics {number}" if name == "topics" else name: result or {} for name, number, result in rows}


def _heard(utterances: Iterable[Utterance]) -> list[Heard]:
    return [Heard(u.speaker, u.start, u.end, trusted_text(u.words, u.text)) for u in utterances]


def _names(transcript: Transcript, utterances: Iterable[Utterance]) -> dict[int, list[str]]:
    """What each speaker is called: the number that the engines saw where there was no name yet, and the name."""
    names = {speaker: [f"Speaker {speaker}"] for speaker in {utterance.speaker for utterance in utterances}}
    for place, person in enumerate(transcript.participants.all()):
        # Who has no speaker number did not speak as far as is known, and can only be named by others.
        names.setdefault(-1 - place if person.speaker is None else person.speaker, []).append(person.name)
    return names


# --- what the score rests on


def _signals(transcript: Transcript, utterances: Sequence[Utterance], found: dict[str, Json], check: Check) -> Signals:
    words = list(chain.from_iterable(utterance.words for utterance in utterances))
    trusted = [word for word in words if not word.get("suspect")]
    read = found.get("read")
    text = " ".join(one.text for one in check.meeting.heard)
    return Signals(
        words=len(words),
        suspect=len(words) - len(trusted),
        confidence=_confidence(transcript, words),
        speech=None if read is None else sum(end - start for start, end in read["speech"]),
        covered=0.0 if read is None else covered_seconds(read["speech"], [(w["start"], w["end"]) for w in trusted]),
        spaced=not is_unspaced(text),
        told_apart=_told_apart(utterances, found),
        asked="" if transcript.source_language == "auto" else transcript.source_language,
        detected=transcript.detected_language,
        looks=guess(text),
        truncated=read is not None and read["truncated"],
        damaged=read is not None and read["damaged"],
        drafts=frozenset(task for task, info in transcript.engines.items() if info.get("draft")),
        tally=check.tally,
    )


def _confidence(transcript: Transcript, words: Iterable[dict[str, Any]]) -> float | None:
    """The mean, where the recogniser's figures mean anything."""
    if transcript.engines.get("transcription", {}).get("engine") not in LOW_CONFIDENCE:
        return None
    known = [word["confidence"] for word in words if word.get("confidence") is not None]
    return fmean(known) if known else None


def _told_apart(utterances: Sequence[Utterance], found: dict[str, Json]) -> bool | None:
    if not utterances or "read" not in found:
        return None
    return found["read"]["channels"] > 1 or "diarize" in found or len({u.speaker for u in utterances}) > 1


def save(run: Run, results: Sequence[Json]) -> None:
    write.save_checked(run.transcript, results[0])


WORK = StepWork(compute, save, doing="Comparing what was written with what was said")
