"""The topics of a transcript, and the words in them."""

from __future__ import annotations

import uuid

from django.http import Http404
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import AnybodyToRead
from reflector_site.api_errors import READING
from reflector_site.caching import revalidated
from transcripts.access import readable
from transcripts.domain import topics

from .topic_serializers import (
    GetTranscriptTopicSerializer,
    GetTranscriptTopicWithWordsPerSpeakerSerializer,
    GetTranscriptTopicWithWordsSerializer,
)


@method_decorator(revalidated, name="dispatch")
class Topics(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_topics",
        tags=["transcripts"],
        responses={200: GetTranscriptTopicSerializer(many=True), **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """The topics in the order in which they were talked about, with what was said by whom."""
        return Response(topics.with_segments(readable(request.user, transcript_id)))


@method_decorator(revalidated, name="dispatch")
class TopicsWithWords(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_topics_with_words",
        tags=["transcripts"],
        responses={200: GetTranscriptTopicWithWordsSerializer(many=True), **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """The topics, with each word and its time."""
        return Response(topics.with_words(readable(request.user, transcript_id)))


@method_decorator(revalidated, name="dispatch")
class WordsPerSpeaker(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_topics_with_words_per_speaker",
        tags=["transcripts"],
        responses={200: GetTranscriptTopicWithWordsPerSpeakerSerializer, **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID, topic_id: uuid.UUID) -> Response:
        """One topic, its words cut wherever the speaker changes."""
        found = topics.with_words_per_speaker(readable(request.user, transcript_id), topic_id)
        if found is None:
            raise Http404("Topic not found")
        return Response(found)
