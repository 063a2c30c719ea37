"""What the API shows of what engines found: summaries, decisions, next steps, and how far they were said."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class _CheckedSerializer(serializers.Serializer[dict[str, Any]]):
    """What the check found of a decision or a next step; empty for transcripts that were not checked."""

    grounding = serializers.ChoiceField(
        choices=["grounded", "weak", ""], default="", help_text='"weak": not clearly said in the recording'
    )
    reason = serializers.CharField(default="", help_text="why it is weak, as a sentence")


class DecisionSerializer(_CheckedSerializer):
    decision = serializers.CharField()
    rationale = serializers.CharField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    decided_by_participant_id = serializers.CharField(allow_null=True)
    seconds = serializers.ListField(
        child=serializers.FloatField(), read_only=True, default=list, help_text="where it was said"
    )


class NextStepSerializer(_CheckedSerializer):
    task = serializers.CharField()
    assigned_to = serializers.CharField(allow_null=True)
    assigned_to_participant_id = serializers.CharField(allow_null=True)
    deadline = serializers.CharField(allow_null=True)
    context = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a field, not `Field.context`
    seconds = serializers.ListField(
        child=serializers.FloatField(), read_only=True, default=list, help_text="where it was said"
    )


class ActionItemsSerializer(serializers.Serializer[dict[str, Any]]):
    decisions = DecisionSerializer(many=True)
    next_steps = NextStepSerializer(many=True)


class QualityReasonSerializer(serializers.Serializer[dict[str, Any]]):
    """Something that lowers the score."""

    code = serializers.CharField(help_text='what it is, such as "suspect"')
    sentence = serializers.CharField(help_text="the same for people")
    points = serializers.IntegerField(help_text="what it costs")


class QualityCountsSerializer(serializers.Serializer[dict[str, Any]]):
    """Of all sentences, decisions and next steps: how many there were, and what became of them."""

    sentences = serializers.IntegerField()
    grounded = serializers.IntegerField()
    weak = serializers.IntegerField(help_text="kept and marked: not clearly said")
    dropped = serializers.IntegerField(help_text="left out: not said")
    fields = serializers.IntegerField(help_text="who, when and why of items that were not said")  # type: ignore[assignment]
    mended = serializers.IntegerField(help_text="sentences that point to other moments than their engine said")


class LeftOutSerializer(serializers.Serializer[dict[str, Any]]):
    what = serializers.CharField(help_text='what it was to be, such as "decision"')
    text = serializers.CharField()
    reason = serializers.CharField()


class QualitySerializer(serializers.Serializer[dict[str, Any]]):
    """How far the transcript can be relied on, as far as that can be measured."""

    score = serializers.IntegerField(allow_null=True, help_text="0 to 100; null where nothing was said")
    reasons = QualityReasonSerializer(many=True)
    checked = QualityCountsSerializer()
    left_out = LeftOutSerializer(many=True)
    coverage = serializers.FloatField(allow_null=True, help_text="share of the speech that has words")


class CheckedSentenceSerializer(_CheckedSerializer):
    text = serializers.CharField()
    seconds = serializers.ListField(child=serializers.FloatField(), help_text="where it was said")


class SummarySectionSerializer(serializers.Serializer[dict[str, Any]]):
    heading = serializers.CharField()
    sentences = CheckedSentenceSerializer(many=True)


class SummarySentencesSerializer(serializers.Serializer[dict[str, Any]]):
    """The summaries sentence by sentence."""

    short = CheckedSentenceSerializer(many=True)
    sections = SummarySectionSerializer(many=True)


class EngineSerializer(serializers.Serializer[dict[str, Any]]):
    """What made a part of the transcript; `draft` marks the work of a fallback engine."""

    engine = serializers.CharField()
    model = serializers.CharField()
    version = serializers.CharField()
    draft = serializers.BooleanField()
