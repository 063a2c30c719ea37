"""What was said, utterance by utterance, to be read in pages and corrected."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import AnybodyToRead
from reflector_site.api import Pages
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING
from transcripts.access import changeable, readable, signed_in
from transcripts.domain.words import ChangedMeanwhile, edit_text
from transcripts.models import Utterance

from .edit_serializers import ChangeUtteranceSerializer, UtteranceChangedSerializer, UtteranceSerializer
from .refusals import refusals


class Utterances(GenericAPIView[Utterance]):
    permission_classes = (AnybodyToRead,)
    pagination_class = Pages
    serializer_class = UtteranceSerializer
    queryset = Utterance.objects.none()

    @extend_schema(
        operation_id="v1_transcript_get_utterances",
        tags=["words"],
        responses={200: UtteranceSerializer(many=True), **READING, **INVALID},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """What was said, in order, with each word, its times, and whether a person has written it."""
        page = self.paginate_queryset(readable(request.user, transcript_id).utterances.all())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class OneUtterance(APIView):
    @extend_schema(
        operation_id="v1_transcript_update_utterance",
        tags=["words"],
        request=ChangeUtteranceSerializer,
        responses={200: StatusSerializer, **READING, **INVALID, 409: UtteranceChangedSerializer},
    )
    def patch(self, request: Request, transcript_id: uuid.UUID, utterance_id: int) -> Response:
        """Correct what an utterance says. Words that survive keep their times; an empty text takes it away.

        409 with the present text where it does not say any more what you have `seen`, and while it is processed.
        """
        transcript = changeable(request.user, transcript_id)
        form = ChangeUtteranceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        by = signed_in(request.user)
        with refusals():
            try:
                edit_text(transcript, by=by, utterance_id=utterance_id, **form.validated_data)
            except ChangedMeanwhile as changed:
                return Response({"detail": str(changed), "text": changed.text}, status=409)
        return Response({"status": "ok"})
