"""What the API shows of transcripts, under the names that existing clients know; what we add stands last."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reflector_site.fields import Flag, Text
from transcripts.access import may_change, may_see_address
from transcripts.domain.export import API_FORMATS
from transcripts.domain.source import address
from transcripts.enums import ShareMode, SourceKind
from transcripts.models import Participant, Transcript
from transcripts.pipeline.runs import processings

from .found_serializers import (
    ActionItemsSerializer,
    EngineSerializer,
    QualitySerializer,
    SummarySentencesSerializer,
)
from .job_serializers import JobProgressSerializer
from .language_fields import SpokenLanguage, TargetLanguage

MINIMAL = (
    "id",
    "user_id",
    "name",
    "status",
    "locked",
    "duration",
    "title",
    "short_summary",
    "long_summary",
    "created_at",
    "share_mode",
    "source_language",
    "target_language",
    "reviewed",
    "meeting_id",
    "source_kind",
    "room_id",
    "room_name",
    "audio_deleted",
    "change_seq",
)


class GetTranscriptMinimalSerializer(serializers.ModelSerializer[Transcript]):
    """A transcript as lists show it. `duration` is in milliseconds."""

    meeting_id = serializers.UUIDField(read_only=True, allow_null=True, default=None)  # null: not of a meeting
    room_name = serializers.CharField(read_only=True, allow_null=True)

    class Meta:
        model = Transcript
        fields: tuple[str, ...] = MINIMAL
        read_only_fields: tuple[str, ...] = MINIMAL


def listed(transcript: Transcript) -> dict[str, Any]:
    """What the serializer above makes of it, in a tenth of its time: lists are what clients ask for most."""
    return {name: getattr(transcript, name, None) for name in MINIMAL}


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    """Wants the `request` in its context: without one nobody is told an address."""

    email = serializers.SerializerMethodField(
        help_text="of their account; null without one, and for all but the owner, admins and themselves"
    )

    class Meta:
        model = Participant
        fields = ("id", "speaker", "name", "user_id", "email")
        read_only_fields = fields

    @extend_schema_field(serializers.EmailField(allow_null=True))
    def get_email(self, participant: Participant) -> str | None:
        request = self.context.get("request")
        if participant.user is None or request is None or not may_see_address(request.user, participant):
            return None
        return participant.user.email


class GetTranscriptWithParticipantsSerializer(GetTranscriptMinimalSerializer):
    participants = ParticipantSerializer(many=True, read_only=True)

    class Meta(GetTranscriptMinimalSerializer.Meta):
        fields: tuple[str, ...] = (*MINIMAL, "participants")
        read_only_fields = fields


class SourceSerializer(serializers.Serializer[Transcript]):
    """What the source of a link says of itself. Who may only read sees host and path of the link."""

    url = serializers.SerializerMethodField()
    title = serializers.CharField(source="source_title")
    description = serializers.CharField(source="source_description")
    author = serializers.CharField(source="source_author")
    published_at = serializers.DateTimeField(source="source_published_at", allow_null=True)

    def get_url(self, transcript: Transcript) -> str:
        request = self.context.get("request")
        return address(transcript, whole=request is not None and may_change(request.user, transcript))


class _GetTranscriptSerializer(GetTranscriptWithParticipantsSerializer):
    action_items = ActionItemsSerializer(read_only=True, allow_null=True)
    error = serializers.CharField(read_only=True, help_text="why it failed, in words; empty when it did not")
    engines = serializers.DictField(
        child=EngineSerializer(), read_only=True, help_text='by task, such as "transcription"'
    )
    quality = QualitySerializer(read_only=True, allow_null=True, help_text="null while it was not checked")
    summary_sentences = serializers.SerializerMethodField(
        help_text="both summaries sentence by sentence, with the moments they rest on; null while there are none, and "
        "empty for the one that a person wrote"
    )
    source = serializers.SerializerMethodField(  # type: ignore[assignment]  # a field, not `Field.source`
        help_text="of a link; null for what was recorded or uploaded here"
    )
    run = serializers.SerializerMethodField(
        help_text="its newest processing, not counting translations; null before the first"
    )

    class Meta(GetTranscriptWithParticipantsSerializer.Meta):
        fields: tuple[str, ...] = (
            *GetTranscriptWithParticipantsSerializer.Meta.fields,
            "transcript_format",
            "transcript",
            "action_items",
            "error",
            "engines",
            "quality",
            "summary_sentences",
            "source",
            "run",
        )
        read_only_fields = fields

    @extend_schema_field(SummarySentencesSerializer(allow_null=True))
    def get_summary_sentences(self, transcript: Transcript) -> dict[str, Any] | None:
        found = {"short": [], "sections": [], **(transcript.summary_citations or {})}
        return dict(SummarySentencesSerializer(found).data) if transcript.summary_citations else None

    @extend_schema_field(SourceSerializer(allow_null=True))
    def get_source(self, transcript: Transcript) -> dict[str, Any] | None:
        return dict(SourceSerializer(transcript, context=self.context).data) if transcript.source_url else None

    @extend_schema_field(JobProgressSerializer(allow_null=True))
    def get_run(self, transcript: Transcript) -> dict[str, Any] | None:
        newest = processings(transcript).defer("before").prefetch_related("steps").first()
        return None if newest is None else dict(JobProgressSerializer(newest).data)


class GetTranscriptWithTextSerializer(_GetTranscriptSerializer):
    """The words as one text. Doubtful words stand in square brackets with a question mark."""

    transcript_format = serializers.ChoiceField(choices=[name for name in API_FORMATS if name != "json"])
    transcript = serializers.CharField()


class TranscriptSegmentSerializer(serializers.Serializer[dict[str, Any]]):
    speaker = serializers.IntegerField()
    speaker_name = serializers.CharField()
    text = serializers.CharField()
    start = serializers.FloatField(help_text="seconds")
    end = serializers.FloatField(help_text="seconds")
    translated = serializers.BooleanField(
        required=False, help_text="with `language`: whether the text is in it, or as it was said"
    )
    stale = serializers.BooleanField(
        required=False, help_text="with `language`: whether something else was said when it was translated"
    )


class GetTranscriptWithJSONSerializer(_GetTranscriptSerializer):
    """The words as a list of what each speaker said."""

    transcript_format = serializers.ChoiceField(choices=["json"])
    transcript = TranscriptSegmentSerializer(many=True)


class TranscriptQuerySerializer(serializers.Serializer[dict[str, Any]]):
    transcript_format = serializers.ChoiceField(choices=API_FORMATS, default="text")
    language = TargetLanguage(
        required=False, help_text="The words in this language, as far as they were translated; the rest as it was said."
    )


class CreateTranscriptSerializer(serializers.Serializer[dict[str, Any]]):
    name = Text(max_length=500, allow_blank=True)
    source_language = SpokenLanguage(default="en", help_text='ISO 639-1, or "auto"')
    target_language = TargetLanguage(
        default="en",
        allow_null=True,
        help_text="ISO 639-1: into this it is translated when it is finished, unless it was spoken; null: into none",
    )
    source_kind = serializers.ChoiceField(choices=SourceKind.choices, default=SourceKind.LIVE.value)


class ParticipantGivenSerializer(serializers.Serializer[dict[str, Any]]):
    """`id`: of one who is there; without it a new one. `user_id`: of the account that is linked already, or yours."""

    id = serializers.UUIDField(required=False, allow_null=True)
    speaker = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31 - 1)
    name = Text(max_length=200)
    user_id = serializers.UUIDField(required=False, allow_null=True)


class DecisionGivenSerializer(serializers.Serializer[dict[str, Any]]):
    decision = Text()
    rationale = Text(allow_null=True, allow_blank=True, default=None)
    decided_by = Text(allow_null=True, allow_blank=True, default=None)


class NextStepGivenSerializer(serializers.Serializer[dict[str, Any]]):
    task = Text()
    assigned_to = Text(allow_null=True, allow_blank=True, default=None)
    deadline = Text(allow_null=True, allow_blank=True, default=None)
    context = Text(  # type: ignore[assignment]  # a field, not `Field.context`
        allow_null=True, allow_blank=True, default=None
    )


class ActionItemsGivenSerializer(serializers.Serializer[dict[str, Any]]):
    """Items that read as before keep the moments they rest on; what else is sent with them is not needed."""

    decisions = DecisionGivenSerializer(many=True)
    next_steps = NextStepGivenSerializer(many=True)


class UpdateTranscriptSerializer(serializers.Serializer[dict[str, Any]]):
    """What is not named stays as it is. A title or summary that is emptied is written anew by the next processing."""

    name = Text(max_length=500, allow_blank=True, required=False)
    locked = Flag(required=False, help_text="no recording, upload or processing until it is undone")
    title = Text(max_length=500, allow_blank=True, allow_null=True, required=False)
    short_summary = Text(allow_blank=True, allow_null=True, required=False)
    long_summary = Text(allow_blank=True, allow_null=True, required=False, help_text="Markdown")
    share_mode = serializers.ChoiceField(choices=ShareMode.choices, required=False)
    participants = ParticipantGivenSerializer(many=True, required=False, help_text="all of them; who is missing goes")
    reviewed = Flag(required=False)
    audio_deleted = Flag(
        allow_null=True, required=False, help_text="true erases every copy of the audio, for good; null says nothing"
    )
    action_items = ActionItemsGivenSerializer(required=False, allow_null=True)
    room_id = serializers.UUIDField(required=False, allow_null=True, help_text="one of your rooms, or a shared one")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A client may send back what it was given, where the audio was never asked about."""
        return {name: value for name, value in attrs.items() if (name, value) != ("audio_deleted", None)}


class ListQuerySerializer(serializers.Serializer[dict[str, Any]]):
    source_kind = serializers.ChoiceField(choices=SourceKind.choices, required=False)
    room_id = serializers.UUIDField(required=False)
    search_term = serializers.CharField(required=False, allow_blank=True, help_text="a part of the title")
    change_seq_from = serializers.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, help_text="only what changed after this number"
    )
    sort_by = serializers.ChoiceField(
        choices=["created_at", "change_seq"],
        default="created_at",
        help_text="created_at: newest first. change_seq: in the order of change, to follow along.",
    )
