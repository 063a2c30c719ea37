"""What people change on a transcript's page: its forms, which work without script, and what they are filled with."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.audit.doors import nothing_happened
from accounts.models import User
from transcripts.access import changeable
from transcripts.domain import undo as undoing
from transcripts.domain.history import edits_of
from transcripts.domain.participants import add_participant, change_participant
from transcripts.domain.refusals import EditRefused
from transcripts.domain.speakers import merge_speakers
from transcripts.enums import EditKind
from transcripts.models import Edit, Participant, Transcript

SHOWN = 50  # edits; the API has them all
SUGGESTED = 50  # names


@dataclass(frozen=True, slots=True)
class HistoryShown:
    edits: list[Edit]
    total: int
    newest: int  # the highest number; 0 before the first
    standing: bool  # whether there is one that another run could discard


def history_of(transcript: Transcript) -> HistoryShown:
    """The newest edits. They are numbered without gaps, so the highest number is their count."""
    edits = list(edits_of(transcript)[:SHOWN])
    newest = edits[0].number if edits else 0
    standing = any(edit.undone_at is None and edit.kind != EditKind.DISCARDED for edit in edits)
    return HistoryShown(edits, newest, newest, standing)


def known_names(transcript: Transcript) -> list[str]:
    """What people are called in the other meetings of its owner, the most frequent first."""
    others = Participant.objects.filter(transcript__user=transcript.user_id).exclude(transcript=transcript)
    counted = others.values("name").annotate(times=Count("pk")).order_by("-times", "name")
    return [row["name"] for row in counted[:SUGGESTED]]


@require_POST
@login_required
def names(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    """Give speakers the names that the form holds (`name-0`, `name-1`…), where they are others than before."""
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    with _told(request):
        for number, name in _given(request, "name-"):
            _name(transcript, user, number, name.strip())
    return redirect("transcript", transcript_id)


def _given(request: HttpRequest, prefix: str) -> Iterator[tuple[int, str]]:
    for field, value in request.POST.items():
        number = field.removeprefix(prefix)
        if field.startswith(prefix) and number.isdecimal() and len(number) < 10:
            yield int(number), str(value)


def _name(transcript: Transcript, by: User, number: int, name: str) -> None:
    person = transcript.participants.filter(speaker=number).first()
    if person is not None and name and name != person.name:
        change_participant(transcript, by=by, participant_id=person.pk, name=name)
    elif person is None and name:
        add_participant(transcript, by=by, name=name, speaker=number)


@require_POST
@login_required
def merge(request: HttpRequest, transcript_id: uuid.UUID, speaker: int) -> HttpResponse:
    """Make a speaker the one whom the form names (`into-<speaker>`)."""
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    into = request.POST.get(f"into-{speaker}", "")
    with _told(request):
        if not into.isdecimal():
            raise EditRefused("Choose first who it is.")
        merge_speakers(transcript, by=user, speaker_from=speaker, speaker_to=int(into))
    return redirect("transcript", transcript_id)


@require_POST
@login_required
def undo(request: HttpRequest, transcript_id: uuid.UUID, number: int) -> HttpResponse:
    return _take(request, transcript_id, number, undoing.undo)


@require_POST
@login_required
def redo(request: HttpRequest, transcript_id: uuid.UUID, number: int) -> HttpResponse:
    return _take(request, transcript_id, number, undoing.redo)


def _take(request: HttpRequest, transcript_id: uuid.UUID, number: int, verb: Callable[..., Edit]) -> HttpResponse:
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    with _told(request):
        verb(transcript, number=number, by=user)
    return redirect("transcript", transcript_id)


@contextmanager
def _told(request: HttpRequest) -> Iterator[None]:
    """What is refused is said on the page on which the form stands."""
    try:
        yield
    except (EditRefused, Http404) as error:
        nothing_happened(request)
        messages.error(request, f"{str(error).rstrip('.')}.")
