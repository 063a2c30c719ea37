"""A second transcript to compare with: captions that came with the recording."""

from __future__ import annotations

from django.db import models

from transcripts.enums import CaptionsKind

from .transcript import Transcript


class Captions(models.Model):
    """`cues` is a list of `{"start", "end", "text"}`, times in seconds, in the order of their beginning."""

    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="captions")
    language = models.CharField(max_length=20, blank=True, help_text="ISO 639-1, or empty where nobody says")
    kind = models.CharField(max_length=10, choices=CaptionsKind)
    name = models.CharField(max_length=200, blank=True, help_text="where they come from")
    cues = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "captions"

    def __str__(self) -> str:
        return f"{self.kind} captions of {self.transcript_id}"
