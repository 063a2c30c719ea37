"""What the API takes and shows of people, speakers, words, and the history of their edits."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reflector_site.fields import Text
from transcripts.models import Edit, Participant, Utterance

MOST_SPEAKERS = 2**31 - 1
LONGEST_TEXT = 20_000  # characters


class ParticipantShownSerializer(serializers.ModelSerializer[Participant]):
    """Somebody who took part. `speaker`: the number of their voice; null where it is not known."""

    class Meta:
        model = Participant
        fields = ("id", "speaker", "name")
        read_only_fields = fields


class AddParticipantSerializer(serializers.Serializer[dict[str, Any]]):
    name = Text(max_length=200, help_text="space around it is taken off, inside it stays")
    speaker = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_SPEAKERS)


class ChangeParticipantSerializer(serializers.Serializer[dict[str, Any]]):
    """What is not named stays. A `speaker` of null takes the voice away."""

    name = Text(max_length=200, required=False, allow_null=True)
    speaker = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_SPEAKERS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if (name, value) != ("name", None)}


class AssignSpeakerSerializer(serializers.Serializer[dict[str, Any]]):
    """Words from one moment to another, to a speaker number or to a participant: one of the two."""

    speaker = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=MOST_SPEAKERS)
    participant = serializers.UUIDField(required=False, allow_null=True, help_text="the id of a participant")
    timestamp_from = serializers.FloatField(help_text="seconds; a word belongs to the span in which it begins")
    timestamp_to = serializers.FloatField(help_text="seconds, included")
    of_speaker = serializers.IntegerField(
        required=False, min_value=0, max_value=MOST_SPEAKERS, help_text="only words that this speaker says so far"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["timestamp_from"] > attrs["timestamp_to"]:
            raise serializers.ValidationError({"timestamp_to": "It must not be before timestamp_from."})
        return attrs


class MergeSpeakerSerializer(serializers.Serializer[dict[str, Any]]):
    speaker_from = serializers.IntegerField(min_value=0, max_value=MOST_SPEAKERS)
    speaker_to = serializers.IntegerField(min_value=0, max_value=MOST_SPEAKERS)


class UtteranceWordSerializer(serializers.Serializer[dict[str, Any]]):
    """A word with its own leading space. `edited`: a person wrote it; `assigned`: a person said who spoke."""

    text = serializers.CharField(trim_whitespace=False)
    start = serializers.FloatField(help_text="seconds")
    end = serializers.FloatField(help_text="seconds")
    confidence = serializers.FloatField(allow_null=True, default=None)
    suspect = serializers.CharField(default="", help_text="why it may not be speech; empty when it is trusted")
    edited = serializers.BooleanField(default=False)
    assigned = serializers.BooleanField(default=False)


class UtteranceSerializer(serializers.ModelSerializer[Utterance]):
    """What one speaker said in one go. `text` is what to send back as `seen` when you change it."""

    words = serializers.SerializerMethodField()
    edited = serializers.SerializerMethodField(help_text="whether a person wrote any of it, or said who spoke")

    class Meta:
        model = Utterance
        fields = ("id", "position", "topic_id", "speaker", "start", "end", "text", "edited", "words")
        read_only_fields = fields

    @extend_schema_field(UtteranceWordSerializer(many=True))
    def get_words(self, utterance: Utterance) -> list[dict[str, Any]]:
        nothing = {"confidence": None, "suspect": "", "edited": False, "assigned": False}
        shown = nothing.keys() | {"text", "start", "end"}
        return [nothing | {name: word[name] for name in word.keys() & shown} for word in utterance.words]

    def get_edited(self, utterance: Utterance) -> bool:
        return any(word.get("edited") or word.get("assigned") for word in utterance.words)


class ChangeUtteranceSerializer(serializers.Serializer[dict[str, Any]]):
    text = Text(max_length=LONGEST_TEXT, allow_blank=True, help_text="what it is to say; an empty text takes it away")
    seen = Text(max_length=10 * LONGEST_TEXT, allow_blank=True, help_text="what it said when you looked at it")


class UtteranceChangedSerializer(serializers.Serializer[dict[str, Any]]):
    """Why it was not changed, and, where somebody else has changed it since you looked, what it says now."""

    detail = serializers.CharField()
    text = serializers.CharField(required=False)


class EditSerializer(serializers.ModelSerializer[Edit]):
    """An edit by a person. `undone_at` is null while it stands."""

    class Meta:
        model = Edit
        fields = ("number", "kind", "description", "by_id", "by_name", "created_at", "undone_at", "undone_by_name")
        read_only_fields = fields
