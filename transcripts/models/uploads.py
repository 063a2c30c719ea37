"""An upload in pieces, which arrive in any order, twice, or again after a failure."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from consent.models import AudioObject

from .transcript import Transcript


class Upload(models.Model):
    """Pieces on their way to becoming the audio of a transcript. At most one is open per transcript."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="uploads")
    total_chunks = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transcript"], condition=Q(finished_at=None), name="one_open_upload_per_transcript"
            ),
            models.CheckConstraint(condition=Q(total_chunks__gte=1), name="upload_has_chunks"),
        ]

    def __str__(self) -> str:
        return f"upload of {self.transcript_id}"


class UploadChunk(models.Model):
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField(help_text="counts from 0")
    audio = models.OneToOneField(AudioObject, on_delete=models.PROTECT)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="unique_chunk_in_upload"),
        ]

    def __str__(self) -> str:
        return f"piece {self.number}"
