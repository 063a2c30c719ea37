from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from .models import AudioObject


@admin.register(AudioObject)
class AudioObjectAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """The registry, to read: what exists, and the proof of what does not exist any more."""

    list_display = ("key", "kind", "size", "created_at", "erase_wanted_at", "verified_at", "erase_attempts")
    list_filter = ("kind", "verified_at")
    search_fields = ("key", "transcript_id", "sha256")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AudioObject | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AudioObject | None = None) -> bool:
        return False
