"""A transcript in other languages."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audit.doors import add_details, nothing_happened
from accounts.enums import AuditAction
from accounts.permissions import AnybodyToRead
from reflector_site.api_answers import StatusSerializer
from reflector_site.api_errors import INVALID, READING, ErrorSerializer, Refused
from transcripts.access import changeable, readable, signed_in
from transcripts.domain import languages, translations
from transcripts.domain.languages import language_name
from transcripts.domain.spoken import Segment, name_of, speaker_names
from transcripts.domain.translations import InLanguage
from transcripts.models import Transcript
from transcripts.pipeline import runs, translating

from .job_serializers import JobProgressSerializer
from .language_fields import TargetLanguage


class TranslateSerializer(serializers.Serializer[dict[str, Any]]):
    target_language = TargetLanguage(help_text="ISO 639-1")


class TranslationProgressSerializer(JobProgressSerializer):
    class Meta(JobProgressSerializer.Meta):
        fields: tuple[str, ...] = (*JobProgressSerializer.Meta.fields, "language")
        read_only_fields = fields


class LanguageSerializer(serializers.Serializer[InLanguage]):
    """How much of the transcript there is in a language, counted in utterances."""

    language = serializers.CharField(help_text="ISO 639-1")
    name = serializers.SerializerMethodField()
    complete = serializers.BooleanField(help_text="all that was said is translated as it reads now")
    total = serializers.IntegerField(help_text="with something said in them")
    translated = serializers.IntegerField(source="current", help_text="as they read now")
    stale = serializers.IntegerField(help_text="changed since they were translated")
    missing = serializers.IntegerField(help_text="without a translation")

    def get_name(self, found: InLanguage) -> str:
        return language_name(found.language)


class TranslationsSerializer(serializers.Serializer[dict[str, Any]]):
    spoken = serializers.CharField(help_text="the language that was spoken, ISO 639-1")
    unavailable = serializers.CharField(
        help_text="why nothing can be translated on this site and what to do about it; empty where it can"
    )
    languages = LanguageSerializer(many=True)
    run = serializers.SerializerMethodField(help_text="the newest translation, at work or over; null before the first")

    @extend_schema_field(TranslationProgressSerializer(allow_null=True))
    def get_run(self, found: dict[str, Any]) -> dict[str, Any] | None:
        return None if found["run"] is None else dict(TranslationProgressSerializer(found["run"]).data)


class TranslatedUtteranceSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField(help_text="of the utterance")
    position = serializers.IntegerField(help_text="counted from 0")
    start = serializers.FloatField(help_text="seconds")
    end = serializers.FloatField(help_text="seconds")
    speaker = serializers.IntegerField()
    speaker_name = serializers.CharField()
    text = serializers.CharField(help_text="as it was said")
    translation = serializers.CharField(allow_null=True, help_text="null where it was not translated")
    stale = serializers.BooleanField(help_text="the text was changed since it was translated")


class Translate(APIView):
    throttle_scope = "process"
    audit = {"post": AuditAction.PROCESSED}

    @extend_schema(
        operation_id="v1_transcript_translate",
        tags=["transcripts"],
        request=TranslateSerializer,
        responses={200: StatusSerializer, **READING, **INVALID, 400: ErrorSerializer},
    )
    def post(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """Translate what has no translation of what it says now. `ok`, `already running` or `nothing to do`."""
        transcript = changeable(request.user, transcript_id)
        form = TranslateSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            run = translating.translate(transcript, language=form.validated_data["target_language"])
        except runs.AlreadyRunning as running:
            nothing_happened(request)
            return Response({"status": str(running)})
        except runs.NotPossible as error:
            raise Refused(f"{error}.") from error
        if run is None:
            nothing_happened(request)
            return Response({"status": "nothing to do"})
        add_details(request, language=run.language)
        return Response({"status": "ok"})


class Translations(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_translations_list",
        tags=["transcripts"],
        responses={200: TranslationsSerializer, **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID) -> Response:
        """In which languages there is how much of it, and how far its newest translation is."""
        transcript = readable(request.user, transcript_id)
        found = {
            "spoken": transcript.language,
            "unavailable": translating.not_configured(),
            "languages": translations.languages_of(transcript),
            "run": translating.newest(transcript),
        }
        return Response(TranslationsSerializer(found).data)


class OneTranslation(APIView):
    permission_classes = (AnybodyToRead,)

    @extend_schema(
        operation_id="v1_transcript_translation_get",
        tags=["transcripts"],
        responses={200: TranslatedUtteranceSerializer(many=True), **READING},
    )
    def get(self, request: Request, transcript_id: uuid.UUID, language: str) -> Response:
        """All that was said, utterance by utterance, beside what it is in another language."""
        transcript = readable(
            request.user, transcript_id, among=Transcript.objects.prefetch_related("participants").defer("waveform")
        )
        rows = _beside(transcript, _code(language))
        return Response(TranslatedUtteranceSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="v1_transcript_translation_delete",
        tags=["transcripts"],
        responses={200: StatusSerializer, **READING},
    )
    def delete(self, request: Request, transcript_id: uuid.UUID, language: str) -> Response:
        """Delete all there is in one language; one that is just being made is cancelled."""
        transcript, code = changeable(request.user, transcript_id), _code(language)
        add_details(request, language=code)
        if not translating.remove(transcript, code, by=signed_in(request.user).get_short_name()):
            raise _nothing_in(code)
        return Response({"status": "ok"})


def said_in(transcript: Transcript, language: str) -> Sequence[Segment] | None:
    """What was said in a language, for formats. None for the language that was spoken; Refused (404) for no other."""
    if language == transcript.language:
        return None
    said = translations.segments_in(transcript, language)
    if not any(segment.translated for segment in said):
        raise _nothing_in(language)
    return said


def _beside(transcript: Transcript, language: str) -> list[dict[str, Any]]:
    found = translations.texts_in(transcript, language)
    if not found:
        raise _nothing_in(language)
    names = speaker_names(transcript)
    columns = ("id", "position", "start", "end", "speaker", "text")
    return [
        {
            **row,
            "speaker_name": name_of(row["speaker"], names),
            "translation": found[row["id"]].text if row["id"] in found else None,
            "stale": row["id"] in found and not found[row["id"]].current,
        }
        for row in transcript.utterances.order_by("position").values(*columns)
    ]


def _code(language: str) -> str:
    """As it is stored. What is no language has no translation."""
    try:
        return languages.check_target(language)
    except ValueError as error:
        raise Refused(str(error), status=404) from error


def _nothing_in(language: str) -> Refused:
    return Refused(f"There is no translation into {language_name(language)}. Ask for one first.", status=404)
