"""All transcripts that one may read, and new ones."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import SignedInOrPublicMode
from reflector_site.api import Pages, parameters
from reflector_site.api_errors import INVALID, UNAUTHENTICATED
from transcripts.access import signed_in
from transcripts.domain.changes import horizon
from transcripts.domain.create import create_transcript
from transcripts.enums import SourceKind
from transcripts.models import Transcript, TranscriptQuerySet

from .change_pages import ChangePages
from .serializers import (
    MINIMAL,
    CreateTranscriptSerializer,
    GetTranscriptMinimalSerializer,
    GetTranscriptWithParticipantsSerializer,
    ListQuerySerializer,
    listed,
)

#: What items are made of. The rest of a transcript is long, and lists do not show it.
SHOWN = (*(name for name in MINIMAL if name not in ("meeting_id", "room_name")), "room__name", "room__deleted_at")


class Transcripts(GenericAPIView[Transcript]):
    permission_classes = (SignedInOrPublicMode,)
    pagination_class = Pages
    serializer_class = GetTranscriptMinimalSerializer
    queryset = Transcript.objects.none()

    @extend_schema(
        operation_id="v1_transcripts_list",
        tags=["transcripts"],
        parameters=[ListQuerySerializer],
        responses={200: GetTranscriptMinimalSerializer(many=True), **UNAUTHENTICATED, **INVALID},
    )
    def get(self, request: Request) -> Response:
        """The transcripts that you may read, newest first. To follow changes, sort by `change_seq`."""
        asked = parameters(request, ListQuerySerializer)
        readable = Transcript.objects.visible_to(request.user)
        pages = ChangePages() if asked["sort_by"] == "change_seq" else Pages()
        shown = pages.paginate_queryset(_chosen(readable, **asked).select_related("room").only(*SHOWN), request)
        return pages.get_paginated_response([listed(transcript) for transcript in shown])

    @extend_schema(
        operation_id="v1_transcripts_create",
        tags=["transcripts"],
        request=CreateTranscriptSerializer,
        responses={200: GetTranscriptWithParticipantsSerializer, **UNAUTHENTICATED, **INVALID},
    )
    def post(self, request: Request) -> Response:
        """An empty transcript of yours, which waits for its audio."""
        form = CreateTranscriptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = {**form.validated_data, "source_kind": SourceKind(form.validated_data["source_kind"])}
        transcript = create_transcript(user=signed_in(request.user), **wanted)
        transcript.refresh_from_db()  # the database counts change_seq
        return Response(GetTranscriptWithParticipantsSerializer(transcript).data)


def _chosen(
    transcripts: TranscriptQuerySet,
    *,
    sort_by: str,
    source_kind: str | None = None,
    room_id: uuid.UUID | None = None,
    search_term: str = "",
    change_seq_from: int | None = None,
) -> TranscriptQuerySet:
    filters: dict[str, Any] = {}
    if source_kind is not None:
        filters["source_kind"] = source_kind
    if room_id is not None:
        filters["room"] = room_id
    if search_term:
        filters["title__icontains"] = search_term
    if change_seq_from is not None:
        filters["change_seq__gt"] = change_seq_from
    if change_seq_from is not None or sort_by == "change_seq":
        filters["change_seq__lte"] = horizon()
    order = ("change_seq", "pk") if sort_by == "change_seq" else ("-created_at", "pk")
    return transcripts.filter(**filters).order_by(*order)
