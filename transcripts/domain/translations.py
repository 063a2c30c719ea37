"""What was said, in other languages: what there is of it, what is missing or out of date, and writing it down.

A translation holds the text that it was made from. Where an utterance reads otherwise now, its translation is out of
date: it is still shown, marked as such, until it is translated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from transcripts.domain import languages
from transcripts.domain.spoken import Segment, one_line, segments
from transcripts.events import Updated, announce
from transcripts.models import Transcript, Translation, Utterance

#: Utterances with something to translate in them.
SPOKEN = ~Q(text__regex=r"^\s*$")
CURRENT = Q(source=F("utterance__text"))


@dataclass(frozen=True, slots=True)
class InLanguage:
    """How much of a transcript there is in one language, in utterances."""

    language: str
    total: int
    current: int
    stale: int  # said otherwise since they were translated

    @property
    def missing(self) -> int:
        return self.total - self.current - self.stale

    @property
    def complete(self) -> bool:
        return self.current == self.total


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be translated into a language."""

    language: str
    seconds: float  # of speech


@dataclass(frozen=True, slots=True)
class Translated:
    """One utterance by its primary key; `source` is the text as it was when it was translated."""

    utterance: int
    source: str
    text: str


# --- reading


def languages_of(transcript: Transcript) -> list[InLanguage]:
    """In which languages there is something of it, by their codes. Two queries."""
    total = transcript.utterances.filter(SPOKEN).count()
    spoken = Q(utterance__in=transcript.utterances.filter(SPOKEN))
    found = Translation.objects.filter(spoken).order_by("language").values_list("language")
    counted = found.annotate(current=Count("pk", filter=CURRENT), stale=Count("pk", filter=~CURRENT))
    return [InLanguage(language, total, current, stale) for language, current, stale in counted]


@dataclass(frozen=True, slots=True)
class InOtherWords:
    """The translation of one utterance; `current` unless it says something else now."""

    text: str
    current: bool


def texts_in(transcript: Transcript, language: str) -> dict[int, InOtherWords]:
    """The translations into one language by the primary keys of their utterances."""
    found = Translation.objects.filter(utterance__transcript=transcript, language=language).order_by("pk")
    current = Case(When(CURRENT, then=True), default=False)
    rows = found.values_list("utterance", "text", current)
    return {utterance: InOtherWords(text, is_current) for utterance, text, is_current in rows}


def segments_in(transcript: Transcript, language: str) -> list[Segment]:
    """What was said, in another language as far as it is there; the rest as it was said, and marked so."""
    found = texts_in(transcript, language)
    return [_in_other_words(segment, found.get(segment.utterance_id)) for segment in segments(transcript)]


def _in_other_words(segment: Segment, translation: InOtherWords | None) -> Segment:
    if translation is None:
        return replace(segment, translated=False, stale=False)
    return replace(segment, text=one_line(translation.text), translated=True, stale=not translation.current)


def due(transcript: Transcript, language: str) -> QuerySet[Utterance]:
    """The utterances that have no translation of what they say now."""
    current = Translation.objects.filter(utterance=OuterRef("pk"), language=language, source=OuterRef("text"))
    return transcript.utterances.filter(SPOKEN).filter(~Exists(current))


def work_in(transcript: Transcript, language: str) -> Work | None:
    """What there is to do; None where all is done."""
    times = due(transcript, language).values_list("start", "end")
    return Work(language, sum(end - start for start, end in times)) if times else None


def wanted(transcript: Transcript) -> Work | None:
    """What there is to do so that it can be read in its target language; None where that is what was spoken."""
    try:
        language = languages.check_target(transcript.target_language)
    except ValueError:
        return None
    return None if language == transcript.language else work_in(transcript, language)


# --- writing


@transaction.atomic
def save(transcript: Transcript, language: str, found: Iterable[Translated]) -> None:
    """Write them down, over what was there; utterances that are gone by now are left out."""
    Transcript.objects.select_for_update().values_list("pk").get(pk=transcript.pk)  # edits wait, or are done
    there = set(transcript.utterances.values_list("pk", flat=True))
    Translation.objects.bulk_create(
        (
            Translation(utterance_id=each.utterance, language=language, text=each.text, source=each.source)
            for each in found
            if each.utterance in there
        ),
        update_conflicts=True,
        unique_fields=["utterance", "language"],
        update_fields=["text", "source", "created_at"],
        batch_size=500,
    )
    transcript.save(update_fields=["updated_at"])


@transaction.atomic
def remove(transcript: Transcript, language: str, *, by: str) -> bool:
    """Delete all there is in one language. False when there was nothing."""
    count, _ = Translation.objects.filter(utterance__transcript=transcript, language=language).delete()
    if count:
        transcript.save(update_fields=["updated_at"])
        announce(transcript, Updated(fields=["translations"], by=by))
    return bool(count)


# --- through a new reading of the recording, which replaces all utterances


def take(transcript: Transcript) -> list[dict[str, Any]]:
    """All translations, as a JSON value for `put_back`."""
    found = Translation.objects.filter(utterance__transcript=transcript).order_by("pk")
    return [
        {"position": position, "said": said, "language": language, "source": source, "text": text}
        for position, said, language, source, text in found.values_list(
            "utterance__position", "utterance__text", "language", "source", "text"
        )
    ]


def put_back(transcript: Transcript, taken: Iterable[Mapping[str, Any]]) -> None:
    """Give the utterances that are there now the translations of what they say; others are lost."""
    kept = _Kept(taken)
    if not kept.languages:
        return
    Translation.objects.bulk_create(
        (
            Translation(utterance=utterance, language=language, text=found["text"], source=found["source"])
            for utterance in transcript.utterances.defer("words")
            for language in kept.languages
            if (found := kept.of(utterance, language)) is not None
        ),
        batch_size=500,
    )


class _Kept:
    """Translations by what was said: that of the very utterance first, then one of the same words elsewhere."""

    def __init__(self, taken: Iterable[Mapping[str, Any]]) -> None:
        rows = list(taken)
        self.languages = sorted({row["language"] for row in rows})
        self._exact = {(row["language"], row["position"], row["said"]): row for row in rows}
        self._by_source = {(row["language"], row["source"]): row for row in rows}

    def of(self, utterance: Utterance, language: str) -> Mapping[str, Any] | None:
        exact = self._exact.get((language, utterance.position, utterance.text))
        return exact or self._by_source.get((language, utterance.text))
