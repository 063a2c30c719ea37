"""One transcript."""

from __future__ import annotations

import uuid

from django.utils.decorators import method_decorator
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import AnybodyToRead
from reflector_site.api import parameters
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING, ErrorSerializer
from reflector_site.caching import revalidated
from transcripts.access import changeable, readable, signed_in
from transcripts.domain.change import update_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.domain.export import API_FORMATS, render, render_json
from transcripts.models import Transcript

from .refusals import refusals
from .serializers import (
    GetTranscriptWithJSONSerializer,
    GetTranscriptWithParticipantsSerializer,
    GetTranscriptWithTextSerializer,
    TranscriptQuerySerializer,
    UpdateTranscriptSerializer,
)
from .translations import said_in

_BY_FORMAT = PolymorphicProxySerializer(
    component_name="GetTranscript",
    serializers={
        name: GetTranscriptWithJSONSerializer if name == "json" else GetTranscriptWithTextSerializer
        for name in API_FORMATS
    },
    resource_type_field_name="transcript_format",
)


@method_decorator(revalidated, name="dispatch")
class OneTranscript(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get",
        tags=["transcripts"],
        parameters=[TranscriptQuerySerializer],
        responses={200: _BY_FORMAT, **READING, **INVALID},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """All about one transcript, with its words in the format that you choose."""
        query = parameters(request, TranscriptQuerySerializer)
        with_content = (
            Transcript.objects.select_related("room").prefetch_related("participants__user").defer("waveform")
        )
        transcript = readable(request.user, transcript_id, among=with_content)
        return Response(shown(transcript, query["transcript_format"], request, language=query.get("language")))

    @extend_schema(
        operation_id="v1_transcript_update",
        tags=["transcripts"],
        request=UpdateTranscriptSerializer,
        responses={200: GetTranscriptWithParticipantsSerializer, **READING, **INVALID, 400: ErrorSerializer},
    )
    def patch(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Change what you name: titles, summaries, people, who may read it, whether its audio stays."""
        transcript = changeable(request.user, transcript_id)
        form = UpdateTranscriptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusals():
            update_transcript(transcript, by=signed_in(request.user), **form.validated_data)
        after = Transcript.objects.select_related("room").prefetch_related("participants__user").get(pk=transcript.pk)
        return Response(GetTranscriptWithParticipantsSerializer(after, context={"request": request}).data)

    @extend_schema(
        operation_id="v1_transcript_delete",
        tags=["transcripts"],
        responses={200: StatusSerializer, **READING},
    )
    def delete(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Delete the transcript with everything said in it, and erase its audio."""
        delete_transcript(changeable(request.user, transcript_id), by=request.user)
        return Response({"status": "ok"})


def shown(transcript: Transcript, format: str, request: Request, *, language: str | None = None) -> dict[str, object]:
    """All about a transcript, as far as the person who asks may see it.

    Raises Refused (404) where nothing of it is in `language`.
    """
    said = None if language is None else said_in(transcript, language)
    # The serializers read these two as if they were fields of the transcript.
    transcript.transcript_format = format  # type: ignore[attr-defined]
    if format == "json":
        transcript.transcript = render_json(transcript, said)  # type: ignore[attr-defined]
        return GetTranscriptWithJSONSerializer(transcript, context={"request": request}).data
    transcript.transcript = render(transcript, format, said).rstrip("\n")  # type: ignore[attr-defined]
    return GetTranscriptWithTextSerializer(transcript, context={"request": request}).data
