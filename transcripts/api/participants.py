"""Who took part in a transcript."""

from __future__ import annotations

import uuid

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import AnybodyToRead
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING
from transcripts.access import changeable, readable, signed_in
from transcripts.domain.participants import add_participant, change_participant, remove_participant

from .edit_serializers import AddParticipantSerializer, ChangeParticipantSerializer, ParticipantShownSerializer
from .refusals import EDITING, refusals


class Participants(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_participants",
        tags=["participants"],
        responses={200: ParticipantShownSerializer(many=True), **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Everybody who took part, with the number of their voice."""
        found = readable(request.user, transcript_id).participants.all()
        return Response(ParticipantShownSerializer(found, many=True).data)

    @extend_schema(
        operation_id="v1_transcript_add_participant",
        tags=["participants"],
        request=AddParticipantSerializer,
        responses={200: ParticipantShownSerializer, **EDITING, **INVALID},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Add somebody; with `speaker`, the voice of that number is theirs from now on."""
        transcript = changeable(request.user, transcript_id)
        form = AddParticipantSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusals():
            added = add_participant(transcript, by=signed_in(request.user), **form.validated_data)
        return Response(ParticipantShownSerializer(added).data)


class OneParticipant(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_participant",
        tags=["participants"],
        responses={200: ParticipantShownSerializer, **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID, participant_id: uuid.UUID) -> Response:
        """One of them."""
        found = readable(request.user, transcript_id).participants.filter(pk=participant_id).first()
        if found is None:
            raise Http404("Participant not found")
        return Response(ParticipantShownSerializer(found).data)

    @extend_schema(
        operation_id="v1_transcript_update_participant",
        tags=["participants"],
        request=ChangeParticipantSerializer,
        responses={200: ParticipantShownSerializer, **EDITING, **INVALID},
    )
    def patch(self, request: Request, transcript_id: uuid.UUID, participant_id: uuid.UUID) -> Response:
        """Another name, or another voice. The name flows into texts, decisions and next steps."""
        transcript = changeable(request.user, transcript_id)
        form = ChangeParticipantSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with refusals():
            changed = change_participant(
                transcript, by=signed_in(request.user), participant_id=participant_id, **form.validated_data
            )
        return Response(ParticipantShownSerializer(changed).data)

    @extend_schema(
        operation_id="v1_transcript_delete_participant",
        tags=["participants"],
        responses={200: StatusSerializer, **READING},
    )
    def delete(self, request: Request, transcript_id: uuid.UUID, participant_id: uuid.UUID) -> Response:
        """Take somebody away; what they said stays, under its speaker number. `ok` also when they are not there."""
        transcript = changeable(request.user, transcript_id)
        with refusals():
            remove_participant(transcript, by=signed_in(request.user), participant_id=participant_id)
        return Response({"status": "ok"})
