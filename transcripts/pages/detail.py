"""The page of one transcript, whole and as the regions that have changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.guests import Asker
from consent import vault
from consent.models import AudioKind
from transcripts.access import may_change, readable
from transcripts.domain.downloads import DOWNLOADS
from transcripts.domain.languages import language_name
from transcripts.domain.source import address
from transcripts.domain.spoken import name_of, speaker_names
from transcripts.domain.translations import InOtherWords
from transcripts.enums import TranscriptStatus
from transcripts.models import Run, Transcript, Utterance
from transcripts.pages.captions import captions_of
from transcripts.pages.doors import come_by_link, readers_only
from transcripts.pages.editing import history_of, known_names
from transcripts.pages.engines import draft_notices, made_by
from transcripts.pages.live import live
from transcripts.pages.outline import decisions, next_steps, summary_of, topics_of
from transcripts.pages.picture import picture_of
from transcripts.pages.quality import quality_of
from transcripts.pages.regions import Region, asked_for, changed, region
from transcripts.pages.speech import Speech, speech_of
from transcripts.pages.status import standing
from transcripts.pages.translation import asked_language, in_language, translation_of
from transcripts.pipeline.runs import processings
from transcripts.zulip import client as zulip

#: In the order of the page. A region is a template of that name in templates/transcripts/parts.
REGIONS = (
    "heading",
    "tools",
    "standing",
    "progress",
    "audio",
    "picture",
    "summary",
    "actions",
    "sections",
    "topics",
    "speakers",
    "history",
    "quality",
    "engines",
    "translation",
    "words",
    "captions",
)

PROCESSABLE = (TranscriptStatus.UPLOADED, TranscriptStatus.ENDED, TranscriptStatus.ERROR)


@require_GET
@readers_only
def detail(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    if "grant" in request.GET:
        return come_by_link(request, transcript_id)
    asker = request.user
    fragment = in_language(reverse("transcript-fragment", args=[transcript_id]), request)
    following = live(asker, f"transcript:{transcript_id}", regions=fragment)
    context = _context(asker, transcript_id, language=asked_language(request))
    regions = {found.name: found for found in _regions(request, context, REGIONS)}
    return render(request, "transcripts/detail.html", {**context, "region": regions, "live": following})


@require_GET
@readers_only
def detail_fragment(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    context = _context(request.user, transcript_id, language=asked_language(request))
    return changed(request, _regions(request, context, asked_for(request, REGIONS)))


def _regions(request: HttpRequest, context: dict[str, Any], names: Iterable[str]) -> list[Region]:
    return [region(request, name, f"transcripts/parts/{name}.html", context) for name in names]


def _context(asker: Asker, transcript_id: uuid.UUID, *, language: str) -> dict[str, Any]:
    among = Transcript.objects.select_related("user").prefetch_related("participants", "topics", "captions")
    transcript = readable(asker, transcript_id, among=among)
    run, translating = _newest_runs(transcript)
    utterances = list(transcript.utterances.all())
    translation = translation_of(transcript, translating, language)
    speech = _speech(transcript, utterances, translation.texts)
    topics = list(transcript.topics.all())
    mine = may_change(asker, transcript)
    return {
        "transcript": transcript,
        "mine": mine,
        "history": history_of(transcript) if mine else None,
        "source_url": address(transcript, whole=mine),
        "language": language_name(transcript.language),
        "standing": standing(transcript, run, translating),
        "translation": translation,
        "upload_open": transcript.status == TranscriptStatus.IDLE and not transcript.source_url,
        "import_open": transcript.status == TranscriptStatus.IDLE and bool(transcript.source_url),
        "can_process": not transcript.locked and (transcript.status in PROCESSABLE or bool(transcript.source_url)),
        "zulip": zulip.is_set_up(),
        "duration": transcript.duration / 1000,
        "playable": vault.find(transcript.pk, AudioKind.PLAYBACK) is not None,
        "picture": picture_of(transcript, speech, topics),
        "speech": speech,
        "topics": topics_of(topics, speech),
        "summary": summary_of(transcript, speech),
        "decisions": decisions(transcript, speech),
        "next_steps": next_steps(transcript, speech),
        "quality": quality_of(transcript.quality),
        "engines": made_by(transcript.engines),
        "drafts": draft_notices(transcript.engines),
        # Called by the template: comparing takes time, and most fragments are of other regions.
        "captions": partial(captions_of, list(transcript.captions.all()), utterances, speech),
        "known_names": partial(known_names, transcript),
        "downloads": DOWNLOADS,
    }


def _newest_runs(transcript: Transcript) -> tuple[Run | None, Run | None]:
    """Its newest processing, and its newest translation if that is newer."""
    newest = transcript.runs.defer("before").prefetch_related("steps").first()
    if newest is None or not newest.language:
        return newest, None
    return processings(transcript).defer("before").prefetch_related("steps").first(), newest


def _speech(transcript: Transcript, utterances: list[Utterance], texts: Mapping[int, InOtherWords]) -> Speech:
    topics = {topic.pk: topic for topic in transcript.topics.all()}
    names = speaker_names(transcript)
    for utterance in utterances:
        utterance.topic = topics.get(utterance.topic_id) if utterance.topic_id else None
    speech = speech_of(transcript, utterances, {u.speaker: name_of(u.speaker, names) for u in utterances}, texts)
    people = {person.speaker: str(person.pk) for person in transcript.participants.all()}
    for speaker in speech.speakers:
        speaker.participant = people.get(speaker.number, "")
    return speech
