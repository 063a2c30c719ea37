"""Sharing a transcript: who may read it, its address, links for guests. Plain forms, so that no script is needed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import grants
from accounts.audit.doors import nothing_happened
from accounts.models import Grant, User
from transcripts.access import changeable
from transcripts.domain.change import update_transcript
from transcripts.enums import ShareMode
from transcripts.guest_links import grants_to, link_to
from transcripts.models import Transcript

MODES = (
    (ShareMode.PRIVATE, "Only you", "And the admins of this site."),
    (ShareMode.SEMI_PRIVATE, "Everyone who is signed in", "Everybody with an account here; it is in their lists."),
    (ShareMode.PUBLIC, "Everyone with the link", "No account is needed, also for the audio and the downloads."),
)


class ModeForm(forms.Form):
    share_mode = forms.ChoiceField(choices=ShareMode.choices)


class LinkForm(forms.Form):
    """A link for a guest."""

    name = forms.CharField(
        label="For whom", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    days = forms.TypedChoiceField(
        label="Good for",
        coerce=int,
        choices=((1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "a year")),
        initial=7,
    )


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def share(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    """GET shows; POST changes who may read, or makes a link, which is shown once."""
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    if "share_mode" in request.POST:
        return _changed(request, transcript, user)
    form = LinkForm(request.POST or None)
    made: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        made = _made(transcript, user, form.cleaned_data["name"], form.cleaned_data["days"])
        form = LinkForm()
    elif request.method == "POST":
        nothing_happened(request)
    return render(request, "transcripts/share.html", {**_context(transcript), "form": form, "made": made})


@require_POST
@login_required
def revoke_link(request: HttpRequest, transcript_id: uuid.UUID, grant_id: uuid.UUID) -> HttpResponse:
    user = cast(User, request.user)
    grant = grants_to(changeable(user, transcript_id)).filter(pk=grant_id).first()
    if grant is None:
        messages.info(request, "There is no such link.")
    else:
        grants.revoke(grant=grant, by=user)
        messages.success(request, f"The link for “{grant.name or grant.prefix}” has been withdrawn.")
    return redirect("share", transcript_id)


def _changed(request: HttpRequest, transcript: Transcript, user: User) -> HttpResponse:
    form = ModeForm(request.POST)
    if form.is_valid():
        update_transcript(transcript, by=user, share_mode=form.cleaned_data["share_mode"])
        messages.success(request, "Saved.")
    else:
        nothing_happened(request)
    return redirect("share", transcript.pk)


def _made(transcript: Transcript, user: User, name: str, days: int) -> dict[str, Any]:
    expires_at = timezone.now() + timedelta(days=days)
    grant, secret = grants.give(subject=transcript.stream_key, by=user, name=name, expires_at=expires_at)
    return {"grant": grant, "link": link_to(transcript, secret)}


def _context(transcript: Transcript) -> dict[str, Any]:
    room = transcript.room
    live = Grant.objects.live().values("pk")
    return {
        "transcript": transcript,
        "modes": MODES,
        "room": room if room and room.is_shared and room.deleted_at is None else None,
        "link": link_to(transcript),
        "links": grants_to(transcript).filter(pk__in=live),
    }
