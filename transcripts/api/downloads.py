"""A transcript as a file to take away."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.audit.doors import add_details
from accounts.enums import AuditAction
from accounts.permissions import AnybodyToRead
from consent import ranges
from reflector_site.api import WhateverIsAccepted, parameters
from reflector_site.api_errors import INVALID, READING, ErrorSerializer, Refused
from transcripts.access import readable
from transcripts.documents.press import NotPrinted
from transcripts.domain.downloads import DOWNLOADS, file_name, file_of
from transcripts.models import Transcript

from .audio import playback
from .language_fields import TargetLanguage
from .translations import said_in

_BY_NAME = {download.extension: download for download in DOWNLOADS}
_MEDIA_TYPES = [download.media_type.partition(";")[0] for download in DOWNLOADS]


class DownloadQuerySerializer(serializers.Serializer[dict[str, Any]]):
    format = serializers.ChoiceField(choices=[*_BY_NAME, "mp3"])
    language = TargetLanguage(
        required=False, help_text="The words in this language, as far as they were translated; the rest as it was said."
    )


class DownloadTranscript(APIView):
    permission_classes = (AnybodyToRead,)
    audit = {"get": AuditAction.DOWNLOADED}
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="v1_transcript_download",
        tags=["transcripts"],
        parameters=[DownloadQuerySerializer],
        responses={
            **{(200, media_type): OpenApiTypes.BINARY for media_type in [*_MEDIA_TYPES, "audio/mpeg"]},
            (200, "application/json"): OpenApiTypes.OBJECT,
            **READING,
            **INVALID,
            503: ErrorSerializer,
        },
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> HttpResponseBase:
        """The transcript as a file that is named after its title: minutes, text, subtitles, data, or the audio."""
        with_people = Transcript.objects.select_related("room").prefetch_related("participants").defer("waveform")
        transcript = readable(request.user, transcript_id, among=with_people)
        query = parameters(request, DownloadQuerySerializer)
        wanted, language = query["format"], query.get("language")
        add_details(request, format=wanted)
        name = file_name(transcript, wanted)
        if wanted == "mp3":
            return ranges.serve(request._request, playback(transcript), filename=name)  # noqa: SLF001 -- as Django sees it
        try:
            content = file_of(transcript, _BY_NAME[wanted], said_in(transcript, language) if language else None)
        except NotPrinted as error:
            raise Refused(str(error), status=503) from error
        response = HttpResponse(content, content_type=_BY_NAME[wanted].media_type)
        response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
        response["Cache-Control"] = "private, no-cache"
        return response
