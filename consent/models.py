"""The audio registry: every audio byte that the system stores, wherever it came from, is a row here."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class AudioKind(models.TextChoices):
    CHUNK = "chunk", "Piece of an upload"
    UPLOAD = "upload", "Uploaded file"
    PLAYBACK = "playback", "MP3 for playback"
    ENGINE = "engine", "16 kHz audio for the engines"
    SHARD = "shard", "Copy made for an engine"


class AudioObjectQuerySet(models.QuerySet["AudioObject"]):
    def live(self) -> AudioObjectQuerySet:
        """Stored, wanted, and not erased."""
        return self.filter(adopted_at__isnull=False, erased_at__isnull=True, erase_wanted_at__isnull=True)

    def to_erase(self) -> AudioObjectQuerySet:
        return self.filter(erase_wanted_at__isnull=False, verified_at__isnull=True)


class AudioObject(models.Model):
    """One stored object, from before its first byte is written until storage itself says that it is gone.

    reserved (row, perhaps bytes) → stored (size and digest known) → adopted (something in the database points at it).
    What is not adopted when its origin has come to an end was half-made, and is erased.
    Rows stay when the object and even the transcript are gone: they are the proof.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20, choices=AudioKind)
    key = models.CharField(max_length=300, unique=True)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField(null=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    transcript = models.ForeignKey(
        "transcripts.Transcript",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,  # the proof of erasure outlives the transcript
        related_name="audio_objects",
    )
    origin = models.CharField(max_length=100, help_text="what wrote it, such as part:17:2 (part 17, attempt 2)")
    created_at = models.DateTimeField(auto_now_add=True)
    stored_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)
    erase_wanted_at = models.DateTimeField(null=True)
    erase_attempts = models.PositiveIntegerField(default=0)
    erase_error = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True, help_text="when storage said that the object does not exist")

    objects = AudioObjectQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["transcript", "kind"]),
            models.Index(fields=["origin"], condition=Q(adopted_at=None, erased_at=None), name="unadopted_by_origin"),
            models.Index(
                fields=["erase_wanted_at"],
                condition=Q(erase_wanted_at__isnull=False, verified_at=None),
                name="audio_to_erase",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stored_at=None) | (Q(size__isnull=False) & ~Q(sha256="")), name="stored_audio_is_measured"
            ),
            models.CheckConstraint(
                condition=Q(adopted_at=None) | Q(stored_at__isnull=False), name="adopted_audio_is_stored"
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(erased_at__isnull=False, verified_at__gte=F("erased_at")),
                name="verified_after_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
