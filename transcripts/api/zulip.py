"""Zulip: where messages can go, and the transcript as one."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.permissions import Anybody
from reflector_site.api import parameters
from reflector_site.api_errors import INVALID, READING, ErrorSerializer, Refused
from transcripts.access import changeable, signed_in
from transcripts.zulip import client
from transcripts.zulip.client import ZulipError
from transcripts.zulip.posting import post

_FAILS = {
    409: OpenApiResponse(ErrorSerializer, description="The site has no Zulip, or the message is just being sent."),
    502: OpenApiResponse(ErrorSerializer, description="Zulip does not answer, or refuses."),
}


class ZulipStreamSerializer(serializers.Serializer[Any]):
    stream_id = serializers.IntegerField()
    name = serializers.CharField()


class ZulipTopicSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()


class _Named(serializers.BooleanField):
    """One that has to be named: forms leave out what is not ticked, addresses do not."""

    def get_value(self, dictionary: Any) -> Any:
        return dictionary.get(self.field_name, serializers.empty)


class ZulipQuerySerializer(serializers.Serializer[dict[str, Any]]):
    stream = serializers.CharField(
        max_length=200, help_text="its name; a message that is there already stays in its own"
    )
    topic = serializers.CharField(max_length=200)
    include_topics = _Named(help_text="with the list of the topics of the meeting")


class _Asking(APIView):
    """Strangers get 403, as they did in the replaced system."""

    permission_classes = (Anybody,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not isinstance(request.user, User):
            raise PermissionDenied("Authentication required")


class ZulipStreams(_Asking):
    @extend_schema(
        operation_id="v1_zulip_get_streams",
        tags=["zulip"],
        responses={200: ZulipStreamSerializer(many=True), 401: ErrorSerializer, 403: ErrorSerializer, **_FAILS},
    )
    def get(self, request: Request) -> Response:
        """The streams that messages can be sent to."""
        try:
            return Response(ZulipStreamSerializer(client.streams(), many=True).data)
        except ZulipError as error:
            raise Refused(str(error), status=error.status) from error


class ZulipTopics(_Asking):
    @extend_schema(
        operation_id="v1_zulip_get_topics",
        tags=["zulip"],
        responses={200: ZulipTopicSerializer(many=True), **READING, **_FAILS},
    )
    def get(self, request: Request, stream_id: int) -> Response:
        """The topics of a stream, the one with the newest message first."""
        try:
            return Response([{"name": name} for name in client.topics(stream_id)])
        except ZulipError as error:
            raise Refused(str(error), status=error.status) from error


class PostToZulip(APIView):
    @extend_schema(
        operation_id="v1_transcript_post_to_zulip",
        tags=["transcripts"],
        parameters=[ZulipQuerySerializer],
        request=None,
        responses={
            200: OpenApiResponse({"type": "null"}, description="`null`: it is there."),
            **READING,
            **INVALID,
            400: ErrorSerializer,
            **_FAILS,
        },
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> JsonResponse:
        """Send the transcript to Zulip; a message of it that is there already is written anew instead."""
        transcript = changeable(request.user, transcript_id)
        wanted = parameters(request, ZulipQuerySerializer)
        try:
            post(transcript, by=signed_in(request.user), **wanted)
        except ZulipError as error:
            raise Refused(str(error), status=error.status) from error
        # REST framework's own response has an empty body for None, which is not JSON.
        return JsonResponse(None, safe=False)
