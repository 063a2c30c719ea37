"""What people changed after the fact, and how to take it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from transcripts.enums import EditKind

from .transcript import Transcript


class Edit(models.Model):
    """One edit by one person, numbered 1, 2, 3… for its transcript.

    `description` is a sentence for people; `before` and `after` are what the verb of its kind needs to undo it and to
    see whether something else has changed the same place since (see domain/history.py).
    """

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=30, choices=EditKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=254, help_text="stays when the account is gone")
    description = models.CharField(max_length=500)
    before = models.JSONField()
    after = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_by_name = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["transcript", "number"], name="unique_edit_number")]

    def __str__(self) -> str:
        return self.description
