"""Transcripts of links, and the captions that came with them."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import AnybodyToRead
from reflector_site.api_errors import INVALID, READING, UNAUTHENTICATED, ErrorSerializer, Refused
from reflector_site.fields import Text
from reflector_site.outbound.addresses import LONGEST_URL
from reflector_site.outbound.errors import Never
from transcripts.access import readable, signed_in
from transcripts.domain.agreement import agreement, words_of
from transcripts.enums import CaptionsKind
from transcripts.models import Captions, Transcript
from transcripts.pipeline import runs
from transcripts.pipeline.imports import import_link

from .language_fields import SpokenLanguage, TargetLanguage
from .serializers import GetTranscriptWithTextSerializer
from .single import shown


class ImportLinkSerializer(serializers.Serializer[dict[str, Any]]):
    url = Text(max_length=LONGEST_URL, help_text="http or https: of a recording, a podcast episode, or a page with one")
    name = Text(
        max_length=500, required=False, allow_blank=True, default="", help_text="unset: the title of the source"
    )
    source_language = SpokenLanguage(default="en", help_text='ISO 639-1, or "auto"')
    target_language = TargetLanguage(
        default="en",
        allow_null=True,
        help_text="ISO 639-1: into this it is translated when it is finished, unless it was spoken; null: into none",
    )

    def validate_url(self, value: str) -> str:
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if not parts.scheme or not (parts.netloc or parts.path):
            raise serializers.ValidationError("This is not an address. It begins with https:// or http://.")
        return value


class ImportLink(APIView):
    throttle_scope = "process"

    @extend_schema(
        operation_id="v1_transcripts_import",
        tags=["transcripts"],
        request=ImportLinkSerializer,
        responses={
            200: GetTranscriptWithTextSerializer,
            **UNAUTHENTICATED,
            **INVALID,
            400: ErrorSerializer,
            429: ErrorSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        """A new transcript of what lies behind a link, whose processing has begun with fetching it.

        What needs the network is found out by the run, which then says what was wrong.
        """
        form = ImportLinkSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            transcript = import_link(user=signed_in(request.user), **form.validated_data)
        except Never as error:
            raise Refused(str(error)) from error
        except runs.TooManyImports as error:
            raise Refused(f"{error}.", status=429) from error
        transcript.refresh_from_db()
        return Response(shown(transcript, "text", request))


class CueSerializer(serializers.Serializer[dict[str, Any]]):
    start = serializers.FloatField(help_text="seconds")
    end = serializers.FloatField(help_text="seconds")
    text = serializers.CharField()


class CaptionsSerializer(serializers.Serializer[Any]):
    """A transcript that came with the recording, to compare."""

    language = serializers.CharField(help_text="ISO 639-1, or empty where nobody says")
    kind = serializers.ChoiceField(choices=CaptionsKind.choices)
    name = serializers.CharField(help_text="where they come from")
    agreement = serializers.SerializerMethodField(
        help_text="share of words, from 0 to 1, that both have in the same order; null where one has no words"
    )
    cues = CueSerializer(many=True)
    created_at = serializers.DateTimeField()

    def get_agreement(self, captions: Captions) -> float | None:
        found = agreement(self.context["words"], words_of(" ".join(cue["text"] for cue in captions.cues)))
        return None if found is None else round(found, 4)


class CaptionsOfTranscript(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_get_captions",
        tags=["transcripts"],
        responses={200: CaptionsSerializer(many=True), **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """The captions that came with the recording of a link, if any, and how far they agree with the transcript."""
        among = Transcript.objects.prefetch_related("captions", "utterances")
        transcript = readable(request.user, transcript_id, among=among)
        words = words_of(" ".join(utterance.text for utterance in transcript.utterances.all()))
        found = CaptionsSerializer(transcript.captions.all(), many=True, context={"words": words})
        return Response(found.data)
