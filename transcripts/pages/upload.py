"""The page on which a recording comes in."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from consent.vault import VaultError
from transcripts.domain.create import create_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.models import Transcript
from transcripts.pages.forms import UploadForm
from transcripts.pipeline import intake


@require_http_methods(["GET", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """GET shows the form. POST takes a whole file at once, from browsers without script."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        transcript = _take(cast(User, request.user), form)
        if transcript is not None:
            return redirect("transcript", transcript.pk)
    context = {
        "form": form,
        "limits": {"chunkSize": settings.UPLOAD_CHUNK_SIZE, "maxSize": settings.MAX_UPLOAD_SIZE},
    }
    return render(request, "transcripts/upload.html", context)


def _take(user: User, form: UploadForm) -> Transcript | None:
    """The new transcript; None, with the reason on the form, when the file is refused."""
    transcript = create_transcript(
        user=user, name=form.cleaned_data["name"], source_language=form.cleaned_data["source_language"]
    )
    try:
        intake.receive_file(transcript, form.cleaned_data["file"])
    except (intake.UploadRefused, VaultError) as error:
        delete_transcript(transcript)
        form.add_error("file", str(error))
        return None
    return transcript
