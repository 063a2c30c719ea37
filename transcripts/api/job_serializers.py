"""What the API shows of runs, which it calls jobs."""

from __future__ import annotations

from typing import Any, get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from transcripts.enums import RunState, StepState
from transcripts.events import StageName
from transcripts.models import Run
from transcripts.pipeline import progress


class StepProgressSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    stage = serializers.CharField(help_text="what people see of it")
    state = serializers.ChoiceField(choices=StepState.choices)
    message = serializers.CharField(help_text="what it is doing, or why it failed or was skipped")


class SubProgressSerializer(serializers.Serializer[Any]):
    """Inside the stage, such as 12 of 60 "minutes"."""

    current = serializers.FloatField()
    total = serializers.FloatField()
    description = serializers.CharField()


class StageSerializer(serializers.Serializer[Any]):
    """A stage of the processing and when it was. Stages overlap where their steps run side by side."""

    name = serializers.CharField()
    state = serializers.ChoiceField(choices=get_args(StageName))
    started_at = serializers.DateTimeField(allow_null=True, help_text="null before it, and where its results were kept")
    finished_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True, help_text="how long it took")


class JobProgressSerializer(serializers.ModelSerializer[Run]):
    """How far the processing is. Wants `steps` prefetched; the place in the queue is there where it was asked for."""

    percentage = serializers.FloatField(source="percent", read_only=True, help_text="of its time; never goes back")
    stage = serializers.SerializerMethodField(help_text="the current one; for a run that is over, the last")
    message = serializers.SerializerMethodField(help_text="what it is doing, or how it ended")
    sub_progress = SubProgressSerializer(read_only=True, allow_null=True)
    time_elapsed = serializers.SerializerMethodField(help_text="seconds since a worker first took it up")
    estimated_remaining = serializers.SerializerMethodField(help_text="seconds; null when nobody can tell")
    stages = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField(help_text="why it failed; empty when it did not")
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id",
            "state",
            "percent",
            "percentage",
            "stage",
            "message",
            "sub_progress",
            "time_elapsed",
            "estimated_remaining",
            "stages",
            "error",
            "steps",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_stage(self, run: Run) -> str:
        return progress.snapshot_of(run).stage

    def get_message(self, run: Run) -> str:
        return progress.snapshot_of(run).message

    def get_time_elapsed(self, run: Run) -> float:
        return progress.snapshot_of(run).time_elapsed

    def get_estimated_remaining(self, run: Run) -> float | None:
        return progress.snapshot_of(run).estimated_remaining

    @extend_schema_field(StageSerializer(many=True))
    def get_stages(self, run: Run) -> list[dict[str, Any]]:
        return [dict(StageSerializer(stage).data) for stage in progress.history(run)]

    def get_error(self, run: Run) -> str:
        return progress.error(run)

    @extend_schema_field(StepProgressSerializer(many=True))
    def get_steps(self, run: Run) -> list[dict[str, Any]]:
        return [dict(StepProgressSerializer(step).data) for step in progress.steps(run)]


class JobSerializer(JobProgressSerializer):
    transcript_name = serializers.CharField(source="transcript.__str__", read_only=True)
    place = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="in the queue of its lane, 1 for the next; null once work has begun"
    )

    class Meta(JobProgressSerializer.Meta):
        fields: tuple[str, ...] = (
            *JobProgressSerializer.Meta.fields,
            "transcript_id",
            "transcript_name",
            "plan",
            "language",
            "lane",
            "place",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
        )
        read_only_fields = fields


class JobListQuerySerializer(serializers.Serializer[dict[str, Any]]):
    state = serializers.ChoiceField(
        choices=RunState.choices, required=False, help_text="active: what runs and what waits; without it, all"
    )
