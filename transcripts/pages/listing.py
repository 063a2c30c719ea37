"""The list of transcripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Prefetch, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from accounts.guests import Asker
from accounts.models import User
from transcripts import events
from transcripts.access import may_change
from transcripts.enums import RunState
from transcripts.models import LiveRecording, Run, Transcript, TranscriptQuerySet
from transcripts.pages.doors import members_or_public_mode
from transcripts.pages.live import live
from transcripts.pages.regions import Region, changed, region
from transcripts.pages.status import Standing, standing_in_list

PAGE_SIZE = 20

#: Seconds. Superusers see everybody's transcripts, which no stream of theirs tells of; strangers have no stream.
UNTOLD_REFRESH = 30


@dataclass(frozen=True, slots=True)
class Row:
    transcript: Transcript
    standing: Standing
    mine: bool  # whether this person may delete it


@require_GET
@members_or_public_mode
def listing(request: HttpRequest) -> HttpResponse:
    asker = request.user
    fragment = f"{reverse('transcripts-fragment')}?{urlencode({'page': request.GET.get('page', 1)})}"
    untold = not isinstance(asker, User) or asker.is_admin
    following = live(asker, events.SHARED, regions=fragment, refresh=UNTOLD_REFRESH if untold else None)
    page = _page(request)
    context = {
        "page": page,
        "region": {found.name: found for found in _frame(request, page)},
        "rows": _rows(request, page),
        "blank": Region("new-row", SafeString()),
        "live": following,
    }
    return render(request, "transcripts/list.html", context)


@require_GET
@members_or_public_mode
def listing_fragment(request: HttpRequest) -> HttpResponse:
    page = _page(request)
    rows = _rows(request, page)
    return changed(request, [*_frame(request, page), *rows], order=[row.name for row in rows])


def _frame(request: HttpRequest, page: Page[Any]) -> list[Region]:
    """What stands above and below the rows."""
    return [region(request, name, f"transcripts/parts/{name}.html", {"page": page}) for name in ("top", "pages")]


def _page(request: HttpRequest) -> Page[Any]:
    return Paginator(_visible(request.user), PAGE_SIZE).get_page(request.GET.get("page"))


def _visible(asker: Asker) -> TranscriptQuerySet:
    active = Run.objects.filter(state=RunState.ACTIVE).defer("before")
    recorded = LiveRecording.objects.filter(upload__transcript=OuterRef("pk"), upload__finished_at=None)
    return (
        Transcript.objects.visible_to(asker)
        .select_related("user")
        .defer("waveform", "long_summary", "summary_citations", "action_items")
        .annotate(recording_since=Subquery(recorded.values("began_at")))
        .prefetch_related(Prefetch("runs", active, to_attr="active_runs"))
        .order_by("-created_at", "pk")
    )


def _rows(request: HttpRequest, transcripts: Iterable[Any]) -> list[Region]:
    rows = [
        Row(
            transcript,
            standing_in_list(
                transcript,
                next(iter(transcript.active_runs), None),
                recording_since=transcript.recording_since,
            ),
            mine=may_change(request.user, transcript),
        )
        for transcript in transcripts
    ]
    return [region(request, f"row-{row.transcript.pk}", "transcripts/parts/row.html", {"row": row}) for row in rows]
