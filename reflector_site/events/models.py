"""The ordered log that every page and client follows: a stream counts 1, 2, 3… without gaps."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class Stream(models.Model):
    """One ordered sequence of events, such as `transcript:<id>`. Its row is the lock under which numbers are given."""

    key = models.CharField(max_length=100, primary_key=True)
    last_seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """What happened, as it is sent to whoever follows the stream."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    name = models.CharField(max_length=40)
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [BrinIndex(fields=["created_at"], name="events_by_age")]  # for the sweep; rows come in that order
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="unique_seq_in_stream")]

    def __str__(self) -> str:
        return f"{self.stream_id} #{self.seq} {self.name}"
