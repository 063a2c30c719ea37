"""Where people meet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import validate_slug
from django.db import models
from django.db.models import Q
from django.utils import timezone


class RoomQuerySet(models.QuerySet["Room"]):
    def shared(self) -> RoomQuerySet:
        """Those whose transcripts everybody who is signed in may read."""
        return self.filter(is_shared=True, deleted_at=None)


class Room(models.Model):
    """A persistent, named place. A deleted room stays as a row, for the transcripts that were made in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100, validators=[validate_slug], help_text="letters, digits, - and _")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rooms")
    is_shared = models.BooleanField(
        default=False, help_text="Everybody who is signed in may see the room and read its transcripts."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(deleted_at=None),
                name="room_name_is_unique",
                violation_error_message="There is a room of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.deleted_at is None else "Deleted Room"

    def retire(self) -> None:
        """Delete it: the name is free again, and nobody reads its transcripts for its sake any longer."""
        self.deleted_at = timezone.now()
        self.save(update_fields=["deleted_at"])
