"""What the heading of a transcript's page changes: its title, and whether it is reviewed or locked."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.audit.doors import nothing_happened
from accounts.models import User
from transcripts.access import changeable
from transcripts.domain.change import Changes, update_transcript
from transcripts.models import Transcript

LONGEST_TITLE = 500  # characters


@require_POST
@login_required
def change(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    wanted = _wanted(request, transcript)
    if len(wanted.get("title") or "") > LONGEST_TITLE:
        nothing_happened(request)
        messages.error(request, f"A title has {LONGEST_TITLE} characters at most.")
    elif not wanted:
        nothing_happened(request)
    else:
        update_transcript(transcript, by=user, **wanted)
    return redirect("transcript", transcript_id)


def _wanted(request: HttpRequest, transcript: Transcript) -> Changes:
    """What the button that was pressed stands for; the field of the title comes along with each of them."""
    if "reviewed" in request.POST:
        return {"reviewed": request.POST["reviewed"] == "yes"}
    if "locked" in request.POST:
        return {"locked": request.POST["locked"] == "yes"}
    title = " ".join(request.POST.get("title", "").split())
    return {} if title == str(transcript) else {"title": title or None}
