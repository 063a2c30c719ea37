"""The list of transcripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import User
from transcripts.enums import RunState
from transcripts.models import Run, Transcript, TranscriptQuerySet
from transcripts.pages.regions import Region, changed, region
from transcripts.pages.status import Standing, standing_in_list

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Row:
    transcript: Transcript
    standing: Standing
    mine: bool  # whether this person may delete it


@require_GET
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    page = _page(request)
    rows = _rows(request, page)
    context = {"page": page, "regions": _regions(request, rows), "working": _working(rows)}
    return render(request, "transcripts/list.html", context)


@require_GET
@login_required
def listing_fragment(request: HttpRequest) -> HttpResponse:
    rows = _rows(request, _page(request))
    return changed(request, _regions(request, rows), working=_working(rows))


def _page(request: HttpRequest) -> Page[Any]:
    return Paginator(_visible(cast(User, request.user)), PAGE_SIZE).get_page(request.GET.get("page"))


def _visible(user: User) -> TranscriptQuerySet:
    active = Run.objects.filter(state=RunState.ACTIVE).defer("before")
    return (
        Transcript.objects.visible_to(user)
        .select_related("user")
        .defer("waveform", "long_summary", "summary_citations", "action_items")
        .prefetch_related(Prefetch("runs", active, to_attr="active_runs"))
        .order_by("-created_at", "pk")
    )


def _rows(request: HttpRequest, transcripts: Iterable[Any]) -> list[Row]:
    user = cast(User, request.user)
    return [
        Row(
            transcript,
            standing_in_list(transcript, next(iter(transcript.active_runs), None)),
            mine=user.is_superuser or transcript.user_id == user.pk,
        )
        for transcript in transcripts
    ]


def _regions(request: HttpRequest, rows: Iterable[Row]) -> list[Region]:
    return [region(request, f"row-{row.transcript.pk}", "transcripts/parts/row.html", {"row": row}) for row in rows]


def _working(rows: Iterable[Row]) -> bool:
    return any(row.standing.working for row in rows)
