"""A microphone is offered over WebRTC."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.enums import AuditAction
from reflector_site.api_errors import INVALID, READING, ErrorSerializer, Refused
from transcripts.access import changeable
from transcripts.live import offers, refusals

#: Characters. An offer of audio with all the addresses of a machine has a tenth of it.
LONGEST_SDP = 65_536


class RtcOfferSerializer(serializers.Serializer[dict[str, Any]]):
    """What `createOffer()` gave, once all addresses are in it."""

    sdp = serializers.CharField(max_length=LONGEST_SDP, trim_whitespace=False)
    type = serializers.ChoiceField(choices=["offer"])


class RtcAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    """For `setRemoteDescription()`."""

    sdp = serializers.CharField()
    type = serializers.ChoiceField(choices=["answer"])


class RecordWebrtc(APIView):
    audit = {"post": AuditAction.UPLOADED}

    @extend_schema(
        operation_id="v1_transcript_record_webrtc",
        tags=["transcripts"],
        request=RtcOfferSerializer,
        responses={
            200: RtcAnswerSerializer,
            **READING,
            **INVALID,
            **dict.fromkeys((400, 409, 503), ErrorSerializer),
        },
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Record the audio that is offered. It is kept as it comes; when it stops, it is processed like a file.

        After a connection is lost, another offer goes on with the same recording.
        """
        transcript = changeable(request.user, transcript_id)
        form = RtcOfferSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            answer = offers.hand_over(transcript.pk, form.validated_data["sdp"])
        except refusals.Refused as refusal:
            raise Refused(str(refusal), status=refusal.status) from refusal
        return Response({"sdp": answer, "type": "answer"})
