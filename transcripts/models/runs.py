"""The ledger: one run processes one transcript, in the steps of a declared plan, each made of one or more parts."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from transcripts.enums import Lane, PartState, RunState, StepState

from .transcript import Transcript


class Run(models.Model):
    """One processing of one transcript. Its row is the lock under which steps finish."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="runs")
    plan = models.CharField(max_length=20)
    language = models.CharField(
        max_length=20, blank=True, help_text="of a translation: that into which it translates; else empty"
    )
    state = models.CharField(max_length=12, choices=RunState, default=RunState.ACTIVE)
    lane = models.CharField(max_length=8, choices=Lane, default=Lane.SHORT)
    percent = models.FloatField(default=0)
    stage = models.CharField(max_length=60, blank=True, help_text="the current one, as people see it")
    stages = models.JSONField(default=list, blank=True, help_text="all of them with their states, as last announced")
    message = models.CharField(max_length=300, blank=True, help_text="what it is doing, or how it ended")
    sub_progress = models.JSONField(null=True, blank=True, help_text="current, total, description")
    remaining = models.FloatField(null=True, blank=True, help_text="seconds, as estimated at `measured_at`")
    measured_at = models.DateTimeField(null=True, blank=True)
    audio_seconds = models.FloatField(null=True, blank=True, help_text="length of the recording, as far as is known")
    stretch = models.FloatField(default=1, help_text="by how much such runs took longer than their longest chain")
    pauses = models.FloatField(default=0, help_text="seconds that such runs spent between steps")
    first_estimate = models.FloatField(null=True, blank=True, help_text="seconds in all, as estimated at the start")
    early_estimate = models.FloatField(null=True, blank=True, help_text="the same when a fifth was done")
    took = models.FloatField(null=True, blank=True, help_text="seconds of work in all, without waiting for workers")
    keep_edits = models.BooleanField(default=True, help_text="what people edited is kept")
    before = models.JSONField(help_text="what the transcript held before, for a cancel to put back")
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["transcript"], condition=Q(state=RunState.ACTIVE), name="one_active_run_per_transcript"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} run {self.id}"


class Step(models.Model):
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=30)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=StepState, default=StepState.WAITING)
    carried = models.BooleanField(default=False, help_text="done by an earlier run, whose results still hold")
    message = models.CharField(max_length=300, blank=True, help_text="what it is doing, or the error in words")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expected = models.FloatField(default=0, help_text="seconds that it will take by what is known")
    learnt = models.BooleanField(default=False, help_text="expected from earlier runs of the same engine and model")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["run", "name"], name="unique_step_in_run")]

    def __str__(self) -> str:
        return f"{self.name} of {self.run_id}"


class Part(models.Model):
    """The unit that a worker claims, under a lease. A step that is not sharded has exactly one."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(default=0)
    lane = models.CharField(max_length=8, choices=Lane)
    state = models.CharField(max_length=12, choices=PartState, default=PartState.READY)
    payload = models.JSONField(default=dict)
    result = models.JSONField(null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField()
    progress = models.FloatField(default=0, help_text="0 to 1")
    amount = models.FloatField(default=1, help_text="how much work it is, in the unit of its step")
    error = models.TextField(blank=True)
    worker = models.CharField(max_length=100, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text="waits after a failed attempt")
    rung_at = models.DateTimeField(null=True, blank=True, help_text="when a worker was last told of it")
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["lane", "id"], condition=Q(state=PartState.READY), name="ready_parts"),
            models.Index(fields=["lease_until"], condition=Q(state=PartState.RUNNING), name="leased_parts"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="unique_part_in_step"),
            models.CheckConstraint(
                condition=~Q(state=PartState.RUNNING) | Q(lease_until__isnull=False), name="running_part_has_lease"
            ),
            models.CheckConstraint(
                condition=Q(attempt__lte=models.F("max_attempts")), name="attempts_within_their_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of step {self.step_id}"

    @property
    def origin(self) -> str:
        """The name under which this attempt writes audio."""
        return f"part:{self.pk}:{self.attempt}"


class StepTiming(models.Model):
    """What a step, or a whole run, took: from this the time of later ones is estimated.

    `size` is the length of the recording in seconds; for a whole run, the length of its longest chain of steps.
    `seconds` is the time in which somebody worked on it, so waiting for a worker does not count.
    """

    step = models.CharField(max_length=40)
    engine = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=200, blank=True)
    size = models.FloatField()
    seconds = models.FloatField()
    parts = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["step", "engine", "model", "-id"], name="timings_by_key")]

    def __str__(self) -> str:
        return f"{self.step} in {self.seconds:.1f} s"
