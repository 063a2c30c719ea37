"""Which pages open for people without an account."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.grants_here import held_once, keep
from accounts.guests import Asker
from transcripts.models import Transcript

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def readers_only(view: View[Rest]) -> View[Rest]:
    """For pages of one transcript. Whoever may not read it, or asks for what is not there, may sign in first: then the
    page says which it is. Guests whose link has ended are told so.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (PermissionDenied, Http404):
            if held_once(request, f"transcript:{kwargs['transcript_id']}"):
                return link_ended(request)
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())

    return guarded


def come_by_link(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    """Keep the secret of `?grant=` in the session, and go on to the address without it, which people may pass on."""
    subject = f"transcript:{transcript_id}"
    if not keep(request, request.GET["grant"], subject) and not _may_read(request.user, transcript_id):
        response = link_ended(request)
    else:
        response = redirect("transcript", transcript_id)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def link_ended(request: HttpRequest) -> HttpResponse:
    return render(request, "transcripts/link_ended.html", status=403)


def _may_read(asker: Asker, transcript_id: uuid.UUID) -> bool:
    return Transcript.objects.visible_to(asker).filter(pk=transcript_id).exists()


def members_or_public_mode(view: View[Rest]) -> View[Rest]:
    """Pages that show public transcripts to strangers where the site is in PUBLIC_MODE."""
    members = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        return (view if settings.PUBLIC_MODE else members)(request, *args, **kwargs)

    return guarded
