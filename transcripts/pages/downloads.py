"""A transcript as a file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.models import User
from transcripts.access import readable
from transcripts.domain.export import render
from transcripts.models import Transcript


@dataclass(frozen=True, slots=True)
class Download:
    extension: str
    title: str
    format: str
    media_type: str


FORMATS = (
    Download("txt", "Text", "timestamped", "text/plain"),
    Download("md", "Minutes (Markdown)", "md", "text/markdown"),
    Download("srt", "Subtitles (SRT)", "srt", "application/x-subrip"),
    Download("vtt", "Subtitles (WebVTT)", "vtt", "text/vtt"),
    Download("json", "Data (JSON)", "json", "application/json"),
)


@require_GET
@login_required
def download(request: HttpRequest, transcript_id: uuid.UUID, extension: str) -> HttpResponse:
    chosen = next((download for download in FORMATS if download.extension == extension), None)
    if chosen is None:
        raise Http404(f"There is no download as {extension}.")
    transcript = readable(cast(User, request.user), transcript_id)
    response = HttpResponse(render(transcript, chosen.format), content_type=f"{chosen.media_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{_file_name(transcript)}.{extension}"
    )
    return response


def _file_name(transcript: Transcript) -> str:
    """The title, without what file systems and headers do not take."""
    kept = "".join(letter if letter.isalnum() or letter in " -_.,()" else " " for letter in str(transcript))
    return " ".join(kept.split())[:100].strip(". ") or f"transcript {transcript.pk}"
