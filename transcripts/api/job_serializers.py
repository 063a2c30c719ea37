"""What the API shows of runs, which it calls jobs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from transcripts.enums import RunState, StepState
from transcripts.models import Run
from transcripts.pipeline import progress


class StepProgressSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    stage = serializers.CharField(help_text="what people see of it")
    state = serializers.ChoiceField(choices=StepState.choices)
    message = serializers.CharField(help_text="what it is doing, or why it failed or was skipped")


class JobProgressSerializer(serializers.ModelSerializer[Run]):
    """How far the processing is. Wants `steps` prefetched."""

    stage = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields: tuple[str, ...] = ("id", "state", "percent", "stage", "steps")
        read_only_fields: tuple[str, ...] = fields

    def get_stage(self, run: Run) -> str:
        return progress.stage(run)

    @extend_schema_field(StepProgressSerializer(many=True))
    def get_steps(self, run: Run) -> list[dict[str, Any]]:
        return [dict(StepProgressSerializer(step).data) for step in progress.steps(run)]


class JobSerializer(JobProgressSerializer):
    transcript_name = serializers.CharField(source="transcript.__str__", read_only=True)
    error = serializers.SerializerMethodField(help_text="why it failed; empty when it did not")

    class Meta(JobProgressSerializer.Meta):
        fields: tuple[str, ...] = (
            *JobProgressSerializer.Meta.fields,
            "transcript_id",
            "transcript_name",
            "plan",
            "lane",
            "error",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
        )
        read_only_fields = fields

    def get_error(self, run: Run) -> str:
        return progress.error(run)


class JobListQuerySerializer(serializers.Serializer[dict[str, Any]]):
    state = serializers.ChoiceField(choices=RunState.choices, required=False)
