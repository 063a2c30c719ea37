"""What the API shows of topics and of the words in them. The serializers are the schema; `topics.py` fills them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


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


class GetTranscriptTopicSerializer(serializers.Serializer[dict[str, Any]]):
    """A topic and what was said on it. `timestamp` and `duration` are in seconds; doubtful words are marked."""

    id = serializers.UUIDField(read_only=True)
    title = serializers.CharField(read_only=True)
    summary = serializers.CharField(read_only=True)
    timestamp = serializers.FloatField(read_only=True, help_text="seconds")
    duration = serializers.FloatField(read_only=True, allow_null=True)
    transcript = serializers.CharField(read_only=True)
    segments = TopicSegmentSerializer(many=True, read_only=True)


class GetTranscriptTopicWithWordsSerializer(GetTranscriptTopicSerializer):
    words = WordSerializer(many=True, read_only=True)


class SpeakerWordsSerializer(serializers.Serializer[dict[str, Any]]):
    speaker = serializers.IntegerField()
    words = WordSerializer(many=True)


class GetTranscriptTopicWithWordsPerSpeakerSerializer(GetTranscriptTopicSerializer):
    """`words_per_speaker`: the words in order, cut wherever the speaker changes."""

    words_per_speaker = SpeakerWordsSerializer(many=True, read_only=True)
