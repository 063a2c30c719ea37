"""What the search is asked and answers, under the names that existing clients know; what we add stands last."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from rest_framework import serializers

from transcripts.domain.search import Criteria
from transcripts.domain.search_query import LONGEST, MOST_TERMS, is_long, parse
from transcripts.enums import SourceKind, TranscriptStatus

WITH_A_ZONE = 'Give date and time with a time zone, such as "2026-03-01T00:00:00Z".'


class MomentField(serializers.DateTimeField):
    """A date with a time and a time zone: without one nobody can say which transcripts are meant."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise serializers.ValidationError(WITH_A_ZONE, code="timezone")
        return value

    def to_internal_value(self, value: Any) -> datetime:
        # A plus sign that was not escaped arrives as a space.
        return super().to_internal_value(re.sub(r" (?=\d\d:?\d\d$)", "+", value) if isinstance(value, str) else value)


class SearchQuerySerializer(serializers.Serializer[dict[str, Any]]):
    q = serializers.CharField(
        allow_blank=True,
        max_length=LONGEST,
        help_text='words, "words side by side", or, -without; empty: everything, the newest first',
        error_messages={"max_length": f"Ask in {LONGEST} characters at most."},
    )
    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)
    offset = serializers.IntegerField(default=0, min_value=0, max_value=1_000_000)
    room_id = serializers.UUIDField(required=False)
    source_kind = serializers.ChoiceField(choices=SourceKind.choices, required=False)
    status = serializers.ChoiceField(choices=TranscriptStatus.choices, required=False)
    speaker = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="a part of the name of somebody who took part"
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from` and `to`, the first of which is a word of Python's own."""
        bounds = {
            name: MomentField(required=False, help_text=f"of the creation, inclusive. {WITH_A_ZONE}")
            for name in ("from", "to")
        }
        return {**super().get_fields(), **bounds}

    def validate_q(self, value: str) -> str:
        if is_long(parse(value)):
            raise serializers.ValidationError(f"Ask for {MOST_TERMS} words at most.", code="max_terms")
        return value

    def criteria(self) -> Criteria:
        asked = self.validated_data
        return Criteria(
            q=asked["q"],
            room_id=asked.get("room_id"),
            source_kind=asked.get("source_kind"),
            status=asked.get("status"),
            speaker=asked.get("speaker", ""),
            created_from=asked.get("from"),
            created_to=asked.get("to"),
        )


class SearchMatchSerializer(serializers.Serializer[Any]):
    """A place that fits, and the moment in the recording at which it was said."""

    field = serializers.ChoiceField(choices=["title", "name", "speaker", "summary", "speech"])
    text = serializers.CharField()
    marked = serializers.CharField(help_text="the text as HTML, escaped, with <mark> around what was found")
    seconds = serializers.FloatField(allow_null=True, help_text="null for what was not said")
    speaker_name = serializers.CharField(allow_null=True)
    position = serializers.IntegerField(allow_null=True, help_text="of the utterance in its transcript")
    anchor = serializers.CharField(allow_null=True, help_text="of the utterance on the page of its transcript")


class SearchResultSerializer(serializers.Serializer[Any]):
    """A transcript that was found. `duration` is in milliseconds."""

    id = serializers.UUIDField(source="transcript.id")
    title = serializers.CharField(source="transcript.title", allow_null=True)
    user_id = serializers.UUIDField(source="transcript.user_id", allow_null=True)
    room_id = serializers.UUIDField(source="transcript.room_id", allow_null=True)
    room_name = serializers.CharField(source="transcript.room_name", allow_null=True)
    source_kind = serializers.ChoiceField(source="transcript.source_kind", choices=SourceKind.choices)
    created_at = serializers.DateTimeField(source="transcript.created_at")
    status = serializers.ChoiceField(source="transcript.status", choices=TranscriptStatus.choices)
    rank = serializers.FloatField(help_text="0 to 1; those with a higher one come first")
    duration = serializers.FloatField(source="transcript.duration")
    search_snippets = serializers.ListField(child=serializers.CharField(), help_text="three at most")
    total_match_count = serializers.IntegerField(help_text="utterances and places in the summary that fit")
    change_seq = serializers.IntegerField(source="transcript.change_seq")
    name = serializers.CharField(source="transcript.name")
    matches = SearchMatchSerializer(many=True)


class SearchAnswerSerializer(serializers.Serializer[Any]):
    results = SearchResultSerializer(many=True)
    total = serializers.IntegerField()
    query = serializers.CharField(allow_blank=True)
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
