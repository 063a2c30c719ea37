"""Starting and stopping the processing of a transcript."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audit.doors import nothing_happened
from accounts.enums import AuditAction
from reflector_site.api import parameters
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import READING, ErrorSerializer, Refused
from transcripts.access import changeable, signed_in
from transcripts.pipeline import runs


class ProcessQuerySerializer(serializers.Serializer[dict[str, Any]]):
    from_step = serializers.CharField(
        required=False, help_text="Begin again at this step, such as topics; what was found before it is kept."
    )
    keep_edits = serializers.BooleanField(
        default=True, help_text="false: what people have written and corrected is made anew too, but for names."
    )


class Process(APIView):
    throttle_scope = "process"
    audit = {"post": AuditAction.PROCESSED}

    @extend_schema(
        operation_id="v1_transcript_process",
        tags=["transcripts"],
        parameters=[ProcessQuerySerializer],
        request=None,
        responses={200: StatusSerializer, **READING, 400: ErrorSerializer},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Process the recording: after a failure what failed, else all of it. `ok` or `already running`."""
        transcript = changeable(request.user, transcript_id)
        try:
            runs.process(transcript, by=signed_in(request.user), **parameters(request, ProcessQuerySerializer))
        except runs.AlreadyRunning as running:
            nothing_happened(request)
            return Response({"status": str(running)})
        except runs.NotPossible as error:
            raise Refused(str(error)) from error
        return Response({"status": "ok"})


class Cancel(APIView):
    audit = {"post": AuditAction.PROCESSED}

    @extend_schema(
        operation_id="v1_transcript_cancel",
        tags=["transcripts"],
        request=None,
        responses={200: StatusSerializer, **READING},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Stop the processing; the transcript then holds what it held before. `ok` or `not running`."""
        stopped = runs.cancel(changeable(request.user, transcript_id))
        if not stopped:
            nothing_happened(request)
        return Response({"status": "ok" if stopped else "not running"})
