"""The history of a transcript: who changed what, and undo."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reflector_site.api import Pages
from reflector_site.api_errors import INVALID, READING, ErrorSerializer
from transcripts.access import changeable, signed_in
from transcripts.domain import undo
from transcripts.domain.history import edits_of
from transcripts.models import Edit

from .edit_serializers import EditSerializer
from .refusals import refusals


class Edits(GenericAPIView[Edit]):
    pagination_class = Pages
    serializer_class = EditSerializer
    queryset = Edit.objects.none()

    @extend_schema(
        operation_id="v1_transcript_get_edits",
        tags=["history"],
        responses={200: EditSerializer(many=True), **READING, **INVALID},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Who changed what and when, newest first. It tells what stood there before: for those who may change it."""
        page = self.paginate_queryset(edits_of(changeable(request.user, transcript_id)))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class UndoEdit(APIView):
    @extend_schema(
        operation_id="v1_transcript_undo_edit",
        tags=["history"],
        request=None,
        responses={200: EditSerializer, **READING, 409: ErrorSerializer},
    )
    def post(self, request: Request, transcript_id: uuid.UUID, number: int) -> Response:
        """Take one edit back, also an earlier one. 409 names the later edit where the same was changed since."""
        transcript = changeable(request.user, transcript_id)
        with refusals():
            edit = undo.undo(transcript, number=number, by=signed_in(request.user))
        return Response(EditSerializer(edit).data)


class RedoEdit(APIView):
    @extend_schema(
        operation_id="v1_transcript_redo_edit",
        tags=["history"],
        request=None,
        responses={200: EditSerializer, **READING, 409: ErrorSerializer},
    )
    def post(self, request: Request, transcript_id: uuid.UUID, number: int) -> Response:
        """Do an edit again that was undone."""
        transcript = changeable(request.user, transcript_id)
        with refusals():
            edit = undo.redo(transcript, number=number, by=signed_in(request.user))
        return Response(EditSerializer(edit).data)
