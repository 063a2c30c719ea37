from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .domain.delete import delete_transcript
from .models import Run, Step, Transcript
from .pipeline import runs


@admin.register(Transcript)
class TranscriptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("__str__", "user", "status", "error", "created_at")
    list_filter = ("status", "source_kind", "share_mode")
    search_fields = ("id", "title", "name", "user__email")
    fields = ("user", "name", "title", "share_mode", "locked", "reviewed")
    autocomplete_fields = ("user",)
    actions = ("process_again", "cancel")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Transcript) -> None:
        delete_transcript(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        for transcript in queryset:
            delete_transcript(transcript)

    @admin.action(description="Process again")
    def process_again(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        for transcript in queryset:
            try:
                runs.process(transcript)
            except runs.NotPossible as error:
                self.message_user(request, f"{transcript}: {error}", "error")

    @admin.action(description="Cancel what is running")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        for transcript in queryset:
            runs.cancel(transcript)


class StepInline(admin.TabularInline):  # type: ignore[type-arg]  # as above
    model = Step
    fields = readonly_fields = ("position", "name", "state", "carried", "message", "started_at", "finished_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Run)
class RunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    """Runs, to read: which step of what is where."""

    list_display = ("id", "transcript", "plan", "state", "lane", "percent", "created_at", "finished_at")
    list_filter = ("state", "plan", "lane")
    search_fields = ("id", "transcript__id")
    fields = ("transcript", "plan", "state", "lane", "percent", "created_at", "started_at", "finished_at")
    inlines = (StepInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False
