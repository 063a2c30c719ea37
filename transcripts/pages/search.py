"""The page on which one finds transcripts by what was said. Its address holds all that was asked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.guests import Asker
from transcripts.access import may_change
from transcripts.domain.search import Found, search
from transcripts.domain.search_found import Match, Result
from transcripts.models import Transcript
from transcripts.pages.doors import members_or_public_mode
from transcripts.pages.search_form import SearchForm

PAGE_SIZE = 20
LABELS = {"name": "Name", "speaker": "Person", "summary": "Summary"}


@dataclass(frozen=True, slots=True)
class Place:
    """A match that leads to its place: what was said has a moment and a speaker, all else a label."""

    address: str
    marked: SafeString
    label: str
    seconds: float | None
    who: str


@dataclass(frozen=True, slots=True)
class Hit:
    transcript: Transcript
    title: SafeString
    places: Sequence[Place]
    more: int  # places that are not shown
    mine: bool


@dataclass(frozen=True, slots=True)
class Pages:
    number: int
    count: int
    before: str  # addresses; empty where there is none
    after: str


@require_GET
@members_or_public_mode
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET, rooms=_rooms(request.user))
    number = _number(request.GET.get("page", ""))
    found, hits = Found([], 0), list[Hit]()
    if form.is_valid():
        found = search(request.user, form.criteria(), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
        hits = [_hit(request.user, result) for result in found.results]
    context = {
        "form": form,
        "hits": hits,
        "total": found.total,
        "pages": _pages(form, number, found.total),
        "asked": bool(form.asked()),
        "narrowed": bool(form.asked().keys() - {"q"}),
    }
    return render(request, "transcripts/search.html", context)


def _number(typed: str) -> int:
    return min(max(int(typed), 1), 50_000) if typed.isdecimal() and len(typed) < 7 else 1


def _rooms(asker: Asker) -> list[tuple[uuid.UUID, str]]:
    """The rooms of what one may read."""
    held = Transcript.objects.visible_to(asker).filter(room__deleted_at=None).exclude(room=None).order_by("room__name")
    return list(held.values_list("room", "room__name").distinct())


def _pages(form: SearchForm, number: int, total: int) -> Pages:
    count = max(-(-total // PAGE_SIZE), 1)

    def address(page: int) -> str:
        return f"{reverse('search')}?{urlencode({**form.asked(), 'page': page})}" if 1 <= page <= count else ""

    return Pages(number, count, address(number - 1), address(number + 1))


def _hit(asker: Asker, result: Result) -> Hit:
    transcript = result.transcript
    heading = "title" if transcript.title else "name"
    title = next((match.marked for match in result.matches if match.field == heading), escape(str(transcript)))
    places = [_place(transcript, match) for match in result.matches if match.field not in (heading, "title")]
    counted = sum(match.field in ("summary", "speech") for match in result.matches)
    return Hit(
        transcript,
        SafeString(title),  # escaped where it was marked
        places,
        max(result.total_match_count - counted, 0),
        mine=may_change(asker, transcript),
    )


def _place(transcript: Transcript, match: Match) -> Place:
    page = reverse("transcript", args=[transcript.pk])
    anchor = match.anchor or {"summary": "summary", "speaker": "speakers"}.get(match.field, "heading")
    return Place(
        address=f"{page}#{anchor}",
        marked=SafeString(match.marked),
        label=LABELS.get(match.field, ""),
        seconds=match.seconds,
        who=match.speaker_name or "",
    )
