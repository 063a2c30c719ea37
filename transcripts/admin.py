from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import audit
from accounts.enums import AuditAction
from accounts.models import User

from .domain.delete import delete_transcript
from .models import Run, Step, Transcript
from .pipeline import runs


@admin.register(Transcript)
class TranscriptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Transcripts, to read, delete and process: every change goes through a verb, which tells those who look on."""

    list_display = ("__str__", "user", "status", "error", "created_at")
    list_filter = ("status", "source_kind", "share_mode")
    search_fields = ("id", "title", "name", "user__email")
    fields = ("user", "name", "title", "share_mode", "locked", "reviewed")
    actions = ("process_again", "cancel")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Transcript | None = None) -> bool:
        return False

    def has_processing_permission(self, request: HttpRequest) -> bool:
        """Who was given the right to change transcripts may use the actions."""
        return super().has_change_permission(request)

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The transcripts alone: what hangs on them has no rights of its own, and goes with them in the verb."""
        named = [str(transcript) for transcript in objs]
        return named, {str(self.opts.verbose_name_plural): len(named)}, set(), []

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Transcript | None:
        """Opening its page is reading it."""
        found: Transcript | None = super().get_object(request, object_id, from_field)
        if found is not None:
            audit.record_once(_asker(request), AuditAction.READ, found.stream_key, what="admin")
        return found

    def delete_model(self, request: HttpRequest, obj: Transcript) -> None:
        delete_transcript(obj, by=_asker(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        for transcript in queryset:
            delete_transcript(transcript, by=_asker(request))

    @admin.action(description="Process again", permissions=["processing"])
    def process_again(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        for transcript in queryset:
            try:
                runs.process(transcript)
            except runs.NotPossible as error:
                self.message_user(request, f"{transcript}: {error}", "error")
            else:
                audit.record(_asker(request), AuditAction.PROCESSED, transcript.stream_key, what="admin")

    @admin.action(description="Cancel what is running", permissions=["processing"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Transcript]) -> None:
        for transcript in queryset:
            if runs.cancel(transcript):
                audit.record(_asker(request), AuditAction.PROCESSED, transcript.stream_key, what="cancel")


def _asker(request: HttpRequest) -> User:
    """Who is signed in to the admin site."""
    assert isinstance(request.user, User)
    return request.user


class StepInline(admin.TabularInline):  # type: ignore[type-arg]  # as above
    model = Step
    fields = readonly_fields = (
        "position",
        "name",
        "state",
        "carried",
        "message",
        "started_at",
        "finished_at",
        "expected",
    )
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
    fields = (
        "transcript",
        "plan",
        "state",
        "lane",
        "percent",
        "stage",
        "created_at",
        "started_at",
        "finished_at",
        "first_estimate",
        "early_estimate",
        "took",
    )
    inlines = (StepInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Run | None = None) -> bool:
        return False
