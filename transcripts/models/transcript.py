"""The transcript: the record that people see, whatever its origin."""

from __future__ import annotations

import uuid

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.guests import Asker, subjects_of
from accounts.models import User
from transcripts.enums import ShareMode, SourceKind, TranscriptStatus


class TranscriptQuerySet(models.QuerySet["Transcript"]):
    def visible_to(self, asker: Asker) -> TranscriptQuerySet:
        """What they may read, guests and strangers included. Every read for somebody begins here."""
        subjects = [subject.partition(":")[2] for subject in subjects_of(asker) if subject.startswith("transcript:")]
        granted = Q(pk__in=subjects)
        if not isinstance(asker, User):
            return self.filter(granted | Q(share_mode=ShareMode.PUBLIC))
        if asker.is_admin:
            return self
        in_shared_room = Q(room__in=apps.get_model("meetings", "Room").objects.shared())
        shared = Q(share_mode__in=[ShareMode.SEMI_PRIVATE, ShareMode.PUBLIC])
        return self.filter(Q(user=asker) | shared | in_shared_room | granted)

    def changeable_by(self, asker: Asker) -> TranscriptQuerySet:
        """What they may change, share, process, upload to and delete."""
        if not isinstance(asker, User):
            return self.none()
        return self if asker.is_admin else self.filter(user=asker)


class Transcript(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Not CASCADE: a transcript is deleted by domain/delete.py alone, which erases its audio too.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="transcripts")
    name = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=20, choices=TranscriptStatus, default=TranscriptStatus.IDLE)
    error = models.TextField(blank=True, help_text="why it failed, in words")
    source_kind = models.CharField(max_length=10, choices=SourceKind, default=SourceKind.FILE)
    share_mode = models.CharField(max_length=20, choices=ShareMode, default=ShareMode.PRIVATE)
    # By name: meetings stands above this app. A room that is deleted stays as a row.
    room = models.ForeignKey(
        "meetings.Room", null=True, blank=True, on_delete=models.PROTECT, related_name="transcripts"
    )
    locked = models.BooleanField(default=False)
    reviewed = models.BooleanField(default=False)
    audio_deleted = models.BooleanField(null=True, default=None)
    source_language = models.CharField(max_length=20, default="en")
    source_url = models.CharField(max_length=2048, blank=True, help_text="of a link, whole: only for its owner")
    source_title = models.CharField(max_length=500, blank=True)
    source_description = models.TextField(blank=True)
    source_author = models.CharField(max_length=300, blank=True)
    source_published_at = models.DateTimeField(null=True, blank=True)
    target_language = models.CharField(max_length=20, default="en")
    detected_language = models.CharField(max_length=20, blank=True)
    duration = models.FloatField(default=0, help_text="milliseconds")
    title = models.CharField(max_length=500, null=True, blank=True)
    short_summary = models.TextField(null=True, blank=True)
    long_summary = models.TextField(null=True, blank=True, help_text="Markdown")
    summary_citations = models.JSONField(default=dict, blank=True, help_text="the sentences with their seconds")
    action_items = models.JSONField(null=True, blank=True)
    waveform = models.JSONField(null=True, blank=True, help_text="255 peaks between 0 and 1")
    engines = models.JSONField(default=dict, blank=True, help_text="which engine, model and version made what")
    edited = models.JSONField(default=list, blank=True, help_text="names of the fields that a person wrote")
    zulip_message_id = models.BigIntegerField(null=True, blank=True)
    quality = models.JSONField(null=True, blank=True, help_text="score, reasons and counts, see domain/quality.py")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)
    change_seq = models.BigIntegerField(default=0, editable=False, db_index=True, help_text="set by a trigger")

    objects = TranscriptQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"]),
            # All that `visible_to` asks for: counting what one may read does not look at the transcripts themselves.
            models.Index(
                fields=["-created_at"], include=["id", "user", "share_mode", "room"], name="transcript_visible"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=TranscriptStatus.values), name="transcript_status_is_known"),
            models.CheckConstraint(condition=Q(duration__gte=0), name="transcript_duration_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title or self.name or f"Transcript {self.id}"

    @property
    def stream_key(self) -> str:
        return f"transcript:{self.id}"

    @property
    def room_name(self) -> str | None:
        """As lists show it; `Deleted Room` for one that is no more."""
        return None if self.room is None else str(self.room)

    @property
    def is_shared(self) -> bool:
        """Whether everybody who is signed in may read it, as `visible_to` has it."""
        if self.share_mode != ShareMode.PRIVATE:
            return True
        return self.room is not None and self.room.is_shared and self.room.deleted_at is None

    @property
    def language(self) -> str:
        """ISO 639-1 code of what was said, as far as it is known."""
        if self.detected_language:
            return self.detected_language
        return "en" if self.source_language == "auto" else self.source_language

    @property
    def is_draft(self) -> bool:
        """Whether any part of it was made by a fallback engine."""
        return any(info.get("draft") for info in self.engines.values())
