"""Words to another speaker, and two speakers into one."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID
from transcripts.access import changeable, signed_in
from transcripts.domain.speakers import assign_speaker, merge_speakers

from .edit_serializers import AssignSpeakerSerializer, MergeSpeakerSerializer
from .refusals import EDITING, refusals


class AssignSpeaker(APIView):
    @extend_schema(
        operation_id="v1_transcript_assign_speaker",
        tags=["speakers"],
        request=AssignSpeakerSerializer,
        responses={200: StatusSerializer, **EDITING, **INVALID},
    )
    def patch(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Say who spoke in a span of time. A participant who had no voice yet gets a number that is nobody's."""
        transcript = changeable(request.user, transcript_id)
        form = AssignSpeakerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = {**form.validated_data}
        person = wanted.pop("participant", None)
        with refusals():
            assign_speaker(transcript, by=signed_in(request.user), participant_id=person, **wanted)
        return Response({"status": "ok"})


class MergeSpeaker(APIView):
    @extend_schema(
        operation_id="v1_transcript_merge_speaker",
        tags=["speakers"],
        request=MergeSpeakerSerializer,
        responses={200: StatusSerializer, **EDITING, **INVALID},
    )
    def patch(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """All that `speaker_from` said was said by `speaker_to`, who takes over the name where there is only one."""
        transcript = changeable(request.user, transcript_id)
        form = MergeSpeakerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusals():
            merge_speakers(transcript, by=signed_in(request.user), **form.validated_data)
        return Response({"status": "ok"})
