"""What the API shows of topics and of the words in them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from transcripts.domain.spoken import text_of
from transcripts.models import Topic, Utterance


class TopicSegmentSerializer(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField()
    start = serializers.FloatField(help_text="seconds")
    speaker = serializers.IntegerField()


class WordSerializer(serializers.Serializer[dict[str, Any]]):
    """A word with its own leading space. `suspect` says why it may not be speech; empty when it is trusted."""

    text = serializers.CharField(trim_whitespace=False)
    start = serializers.FloatField(help_text="seconds")
    end = serializers.FloatField(help_text="seconds")
    speaker = serializers.IntegerField()
    suspect = serializers.CharField()


class GetTranscriptTopicSerializer(serializers.ModelSerializer[Topic]):
    """A topic and what was said on it. `timestamp` and `duration` are in seconds; doubtful words are marked."""

    duration = serializers.SerializerMethodField()
    transcript = serializers.SerializerMethodField()
    segments = serializers.SerializerMethodField()

    class Meta:
        model = Topic
        fields: tuple[str, ...] = ("id", "title", "summary", "timestamp", "duration", "transcript", "segments")
        read_only_fields: tuple[str, ...] = fields

    def get_duration(self, topic: Topic) -> float | None:
        return topic.duration if topic.utterances.all() else None

    def get_transcript(self, topic: Topic) -> str:
        return " ".join(text_of(utterance) for utterance in topic.utterances.all())

    @extend_schema_field(TopicSegmentSerializer(many=True))
    def get_segments(self, topic: Topic) -> list[dict[str, Any]]:
        return [
            {"text": text_of(utterance), "start": utterance.start, "speaker": utterance.speaker}
            for utterance in topic.utterances.all()
        ] or [{"text": "", "start": topic.timestamp, "speaker": 0}]


class GetTranscriptTopicWithWordsSerializer(GetTranscriptTopicSerializer):
    words = serializers.SerializerMethodField()

    class Meta(GetTranscriptTopicSerializer.Meta):
        fields = (*GetTranscriptTopicSerializer.Meta.fields, "words")
        read_only_fields = fields

    @extend_schema_field(WordSerializer(many=True))
    def get_words(self, topic: Topic) -> list[dict[str, Any]]:
        return [word for utterance in topic.utterances.all() for word in _words(utterance)]


class SpeakerWordsSerializer(serializers.Serializer[dict[str, Any]]):
    speaker = serializers.IntegerField()
    words = WordSerializer(many=True)


class GetTranscriptTopicWithWordsPerSpeakerSerializer(GetTranscriptTopicSerializer):
    """`words_per_speaker`: the words in order, cut wherever the speaker changes."""

    words_per_speaker = serializers.SerializerMethodField()

    class Meta(GetTranscriptTopicSerializer.Meta):
        fields = (*GetTranscriptTopicSerializer.Meta.fields, "words_per_speaker")
        read_only_fields = fields

    @extend_schema_field(SpeakerWordsSerializer(many=True))
    def get_words_per_speaker(self, topic: Topic) -> list[dict[str, Any]]:
        turns = groupby(topic.utterances.all(), key=lambda utterance: utterance.speaker)
        return [
            {"speaker": speaker, "words": [word for utterance in turn for word in _words(utterance)]}
            for speaker, turn in turns
        ]


def _words(utterance: Utterance) -> Iterator[dict[str, Any]]:
    for word in utterance.words:
        yield {
            "text": word["text"],
            "start": word["start"],
            "end": word["end"],
            "speaker": utterance.speaker,
            "suspect": word.get("suspect", ""),
        }
