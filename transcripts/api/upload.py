"""A recording comes in, in one piece or in many."""

from __future__ import annotations

import uuid
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.enums import AuditAction
from reflector_site.api import parameters
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING, ErrorSerializer, Refused
from transcripts.access import changeable
from transcripts.pipeline import intake


class _AsItIs(BaseParser):
    """A body that is the piece itself, as `curl --data-binary @file` sends it. It is read as it is stored."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        return {"chunk": stream}


class RawBytes(_AsItIs):
    media_type = "application/octet-stream"


class RawAudio(_AsItIs):
    media_type = "audio/*"


class RawVideo(_AsItIs):
    media_type = "video/*"


class ChunkQuerySerializer(serializers.Serializer[dict[str, Any]]):
    chunk_number = serializers.IntegerField(
        help_text="which piece this is, counted from 0",
        error_messages={"invalid": "chunk_number must be a whole number: it counts the pieces from 0."},
    )
    total_chunks = serializers.IntegerField(
        help_text="how many pieces the file has",
        error_messages={"invalid": "total_chunks must be a whole number: how many pieces the file has."},
    )


class UploadSerializer(StatusSerializer):
    received = serializers.ListField(child=serializers.IntegerField(), help_text="the pieces that are here")
    total_chunks = serializers.IntegerField()
    complete = serializers.BooleanField(help_text="whether the file is whole and its processing has begun")


class UploadProgressSerializer(serializers.Serializer[dict[str, Any]]):
    total_chunks = serializers.IntegerField(allow_null=True, help_text="null when no upload is open")
    received = serializers.ListField(child=serializers.IntegerField())
    missing = serializers.ListField(child=serializers.IntegerField())


_CHUNK = inline_serializer("BodyTranscriptRecordUpload", {"chunk": serializers.FileField()})
_REFUSED = dict.fromkeys((400, 409, 413, 415, 503, 507), ErrorSerializer)


class RecordUpload(APIView):
    audit = {"post": AuditAction.UPLOADED}
    parser_classes = (MultiPartParser, RawBytes, RawAudio, RawVideo)

    @extend_schema(
        operation_id="v1_transcript_record_upload",
        tags=["transcripts"],
        parameters=[ChunkQuerySerializer],
        request={
            "multipart/form-data": _CHUNK,
            RawBytes.media_type: OpenApiTypes.BINARY,  # as audio/* and video/* too, which few generators understand
        },
        responses={200: UploadSerializer, **READING, **INVALID, **_REFUSED},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """One piece of a recording. Pieces may come in any order, twice, and again; with the last one it begins."""
        transcript = changeable(request.user, transcript_id)
        asked = parameters(request, ChunkQuerySerializer)
        try:
            now = intake.receive_chunk(
                transcript, number=asked["chunk_number"], total=asked["total_chunks"], content=_piece(request, asked)
            )
        except intake.UploadRefused as error:
            raise Refused(str(error), status=error.status) from error
        return Response(
            {
                "status": "ok",
                "received": now.received,
                "total_chunks": now.total_chunks,
                "complete": now.run is not None,
            }
        )

    @extend_schema(
        operation_id="v1_transcript_record_upload_progress",
        tags=["transcripts"],
        responses={200: UploadProgressSerializer, **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Which pieces are here, to go on with an upload after a reload."""
        now = intake.progress(changeable(request.user, transcript_id))
        if now is None:
            return Response({"total_chunks": None, "received": [], "missing": []})
        missing = sorted(set(range(now.total_chunks)) - set(now.received))
        return Response({"total_chunks": now.total_chunks, "received": now.received, "missing": missing})

    @extend_schema(
        operation_id="v1_transcript_record_upload_give_up",
        tags=["transcripts"],
        responses={200: StatusSerializer, **READING},
    )
    def delete(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Forget the pieces that are here, to begin anew: `ok`, or `no upload` when none was open."""
        given_up = intake.give_up(changeable(request.user, transcript_id))
        return Response({"status": "ok" if given_up else "no upload"})


def _piece(request: Request, asked: dict[str, Any]) -> BinaryIO:
    chunk = request.data.get("chunk") if isinstance(request.data, dict) else None
    if chunk is None or isinstance(chunk, str):
        raise Refused('Send the piece as the file "chunk" of a multipart form, or as the body itself.')
    if isinstance(chunk, UploadedFile) and not chunk.size and asked["total_chunks"] > 1:
        raise Refused("The piece is empty. Send it again.")
    piece: BinaryIO = chunk
    return piece
