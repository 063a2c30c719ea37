"""What the buttons of a transcript's page do. All by POST; they answer with the page on which the outcome shows."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.audit.doors import noted, nothing_happened
from accounts.enums import AuditAction
from accounts.models import User
from consent.vault import VaultError
from transcripts.access import changeable
from transcripts.domain.create import create_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.domain.sample import sample_path
from transcripts.models import Transcript
from transcripts.pipeline import intake, runs


@require_POST
@login_required
@noted(post=AuditAction.PROCESSED)
def process(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    """Process, try again, or run again: the pipeline knows which, from what it has done before."""
    user = cast(User, request.user)
    transcript = changeable(user, transcript_id)
    try:
        runs.process(transcript, keep_edits=request.POST.get("edits") != "discard", by=user)
    except runs.AlreadyRunning:
        nothing_happened(request)  # the page shows it at work, which is what was asked for
    except runs.NotPossible as error:
        nothing_happened(request)
        messages.error(request, f"This cannot be processed: {error}.")
    return redirect("transcript", transcript_id)


@require_POST
@login_required
@noted(post=AuditAction.PROCESSED)
def cancel(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    transcript = changeable(cast(User, request.user), transcript_id)
    if not runs.cancel(transcript):
        nothing_happened(request)
        messages.info(request, "There was nothing left to cancel.")
    return redirect("transcript", transcript_id)


@require_http_methods(["GET", "POST"])
@login_required
@noted(get=None)
def delete(request: HttpRequest, transcript_id: uuid.UUID) -> HttpResponse:
    """GET asks, for browsers without script; POST does it."""
    transcript = changeable(cast(User, request.user), transcript_id)
    if request.method != "POST":
        return render(request, "transcripts/delete.html", {"transcript": transcript})
    title = str(transcript)
    delete_transcript(transcript, by=request.user)
    messages.success(request, f"“{title}” and its audio have been deleted.")
    return redirect("transcripts")


@require_POST
@login_required
def sample(request: HttpRequest) -> HttpResponse:
    """A transcript of the meeting that ships with the project."""
    transcript = create_transcript(user=cast(User, request.user), name="Sample meeting")
    try:
        with sample_path().open("rb") as file:
            intake.receive_file(transcript, file)
        audit.record(request.user, AuditAction.UPLOADED, transcript.stream_key, what="sample")
    except (FileNotFoundError, intake.UploadRefused, VaultError) as error:
        return _not_taken(request, transcript, error)
    return redirect("transcript", transcript.pk)


def _not_taken(request: HttpRequest, transcript: Transcript, error: Exception) -> HttpResponse:
    delete_transcript(transcript, by=request.user)
    messages.error(request, f"The sample could not be taken in. {error}")
    return redirect("transcripts")
