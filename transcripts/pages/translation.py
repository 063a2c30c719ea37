"""What the page of a transcript says of its translations, and the buttons that make and delete them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.audit.doors import add_details, noted, nothing_happened
from accounts.enums import AuditAction
from accounts.models import User
from transcripts.access import changeable
from transcripts.domain import languages, translations
from transcripts.domain.languages import direction, language_name
from transcripts.domain.translations import InLanguage, InOtherWords
from transcripts.enums import RunState
from transcripts.models import Run, Transcript
from transcripts.pipeline import runs, translating


@dataclass(frozen=True, slots=True)
class Version:
    """The transcript in one language. `due`: how many utterances have to be translated, for the first time or again."""

    code: str
    name: str
    direction: str
    stale: int
    missing: int

    @property
    def due(self) -> int:
        return self.stale + self.missing


@dataclass(frozen=True, slots=True)
class TranslationShown:
    """`shown` is the version that stands beside what was said, with its `texts` by the primary keys of utterances."""

    versions: Sequence[Version]
    shown: Version | None
    texts: Mapping[int, InOtherWords]
    choices: Sequence[tuple[str, str]]  # into which it can be translated and is not yet
    chosen: str  # of these, the one to offer first
    running: str  # the name of the language into which it is being translated
    unavailable: str  # why nothing can be translated here
    spoken: str
    possible: bool = field(default=True)  # whether there is something to translate


def translation_of(transcript: Transcript, run: Run | None, language: str) -> TranslationShown:
    """`run` is its newest translation, `language` what the page was asked for. Three queries."""
    versions = [_version(found) for found in translations.languages_of(transcript)]
    shown = next((version for version in versions if version.code == language), None)
    there = {transcript.language, languages.AUTO, *(version.code for version in versions)}
    target = transcript.target_language
    return TranslationShown(
        versions=versions,
        shown=shown,
        texts=translations.texts_in(transcript, language) if shown else {},
        choices=[(code, name) for code, name in languages.CHOICES if code not in there],
        chosen=language or (target if target not in there else ""),
        running=language_name(run.language) if run is not None and run.state == RunState.ACTIVE else "",
        unavailable=translating.not_configured(),
        spoken=language_name(transcript.language),
        possible=transcript.status in translating.FINISHED,
    )


def _version(found: InLanguage) -> Version:
    code = found.language
    return Version(code, language_name(code), direction(code), stale=found.stale, missing=found.missing)


def asked_language(request: HttpRequest) -> str:
    """The language of the address (`?language=fr`); empty where there is none, or none that we know."""
    try:
        return languages.check_target(request.GET.get("language", ""))
    except ValueError:
        return ""


def in_language(address: str, request: HttpRequest) -> str:
    """An address with the language of this page's."""
    language = asked_language(request)
    return f"{address}?{urlencode({'language': language})}" if language else address


# --- buttons


@require_POST
@login_required
@noted(post=AuditAction.PROCESSED)
def translate(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    transcript = changeable(cast(User, request.user), transcript_id)
    try:
        language = languages.check_target(request.POST.get("language", ""))
        run = translating.translate(transcript, language=language)
    except ValueError:
        return _nothing(request, transcript_id, "Choose a language first.")
    except runs.AlreadyRunning:  # the page shows it at work, which is what was asked for
        nothing_happened(request)
        return _page(transcript_id, language)
    except runs.NotPossible as error:
        return _nothing(request, transcript_id, f"This cannot be translated: {error}.")
    if run is None:
        nothing_happened(request)
        messages.info(request, f"All of it is in {language_name(language)} already.")
    else:
        add_details(request, language=language)
    return _page(transcript_id, language)


@require_POST
@login_required
def delete_translation(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    language = request.POST.get("language", "")
    if translating.remove(transcript, language, by=user.get_short_name()):
        messages.success(request, f"The translation into {language_name(language)} has been deleted.")
    else:
        nothing_happened(request)
    return _page(transcript_id)


def _nothing(request: HttpRequest, transcript_id: uuid.UUID, reason: str) -> HttpResponse:
    nothing_happened(request)
    messages.error(request, reason)
    return _page(transcript_id)


def _page(transcript_id: uuid.UUID, language: str = "") -> HttpResponse:
    address = reverse("transcript", args=[transcript_id])
    return HttpResponseRedirect(f"{address}?{urlencode({'language': language})}" if language else address)
