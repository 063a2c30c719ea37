"""Guests' links to a transcript: for people without an account."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.grants import GrantRefused, give, revoke
from accounts.models import Grant
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING, ErrorSerializer, Refused
from reflector_site.fields import Text
from transcripts.access import changeable, signed_in
from transcripts.guest_links import grants_to, link_to


class GrantSerializer(serializers.ModelSerializer[Grant]):
    """A link for a guest, without its secret."""

    prefix = serializers.CharField(read_only=True, help_text="how the secret begins, to know it by")
    revoked_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="when it was withdrawn")

    class Meta:
        model = Grant
        fields: tuple[str, ...] = ("id", "name", "prefix", "created_at", "expires_at", "last_used_at", "revoked_at")
        read_only_fields: tuple[str, ...] = fields


class NewGrantSerializer(GrantSerializer):
    secret = serializers.CharField(help_text="for the header X-Guest-Grant; shown only here")
    url = serializers.CharField(help_text="the page, for a browser; shown only here")

    class Meta(GrantSerializer.Meta):
        fields = (*GrantSerializer.Meta.fields, "secret", "url")
        read_only_fields = fields


class GiveGrantSerializer(serializers.Serializer[dict[str, Any]]):
    name = Text(max_length=200, required=False, allow_blank=True, default="", help_text="for whom")
    expires_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="a year from now at the latest; unset: in 7 days"
    )


class Grants(APIView):
    @extend_schema(
        operation_id="v1_transcript_list_grants",
        tags=["grants"],
        responses={200: GrantSerializer(many=True), **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """The links that were given out, newest first, with those that have ended."""
        return Response(GrantSerializer(grants_to(changeable(request.user, transcript_id)), many=True).data)

    @extend_schema(
        operation_id="v1_transcript_give_grant",
        tags=["grants"],
        request=GiveGrantSerializer,
        responses={200: NewGrantSerializer, **READING, **INVALID, 400: ErrorSerializer},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """A link for somebody without an account, who may then read this transcript and nothing else."""
        transcript = changeable(request.user, transcript_id)
        form = GiveGrantSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            grant, secret = give(subject=transcript.stream_key, by=signed_in(request.user), **form.validated_data)
        except GrantRefused as error:
            raise Refused(str(error)) from error
        return Response({**GrantSerializer(grant).data, "secret": secret, "url": link_to(transcript, secret)})


class OneGrant(APIView):
    @extend_schema(
        operation_id="v1_transcript_revoke_grant", tags=["grants"], responses={200: StatusSerializer, **READING}
    )
    def delete(self, request: Request, transcript_id: uuid.UUID, grant_id: uuid.UUID) -> Response:
        """Withdraw a link: whoever reads by it is let go at once. `ok`, or `already revoked`."""
        grant = grants_to(changeable(request.user, transcript_id)).filter(pk=grant_id).first()
        if grant is None:
            raise Http404("Grant not found")
        return Response({"status": "ok" if revoke(grant=grant, by=signed_in(request.user)) else "already revoked"})
