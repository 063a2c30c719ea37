"""The page on which a recording comes in."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User
from consent.vault import VaultError
from reflector_site.outbound.errors import Never
from transcripts.domain.create import create_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.models import Transcript
from transcripts.pages.forms import LinkForm, UploadForm
from transcripts.pipeline import intake, runs
from transcripts.pipeline.imports import import_link


@require_http_methods(["GET", "POST"])
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """GET shows the forms. POST takes a whole file at once, from browsers without script, or the link to one."""
    by_link = request.method == "POST" and "url" in request.POST
    form = UploadForm() if by_link else UploadForm(request.POST or None, request.FILES or None)
    link_form = LinkForm(request.POST if by_link else None, auto_id="link_%s")
    if request.method == "POST" and (link_form if by_link else form).is_valid():
        user = cast(User, request.user)
        transcript = _import(user, link_form) if by_link else _take(user, form)
        if transcript is not None:
            return redirect("transcript", transcript.pk)
    context = {
        "form": form,
        "link_form": link_form,
        "limits": {"chunkSize": settings.UPLOAD_CHUNK_SIZE, "maxSize": settings.MAX_UPLOAD_SIZE},
    }
    return render(request, "transcripts/upload.html", context)


def _import(user: User, form: LinkForm) -> Transcript | None:
    """The new transcript of a link; None, with the reason on the form, when it is refused."""
    try:
        return import_link(user=user, **form.cleaned_data)
    except Never as error:
        form.add_error("url", str(error))
    except runs.TooManyImports as error:
        form.add_error("url", f"{error}.")
    return None


def _take(user: User, form: UploadForm) -> Transcript | None:
    """The new transcript; None, with the reason on the form, when the file is refused."""
    fields = {name: form.cleaned_data[name] for name in ("name", "source_language", "target_language")}
    transcript = create_transcript(user=user, **fields)
    try:
        intake.receive_file(transcript, form.cleaned_data["file"])
        audit.record(user, AuditAction.UPLOADED, transcript.stream_key, what="upload")
    except (intake.UploadRefused, VaultError) as error:
        delete_transcript(transcript, by=user)
        form.add_error("file", str(error))
        return None
    return transcript
