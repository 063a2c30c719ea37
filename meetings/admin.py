from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .models import Room


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("name", "user", "is_shared", "created_at", "deleted_at")
    list_filter = ("is_shared",)
    search_fields = ("name", "user__email")
    fields = ("name", "user", "is_shared", "created_at", "deleted_at")
    readonly_fields = ("created_at", "deleted_at")

    def delete_model(self, request: HttpRequest, obj: Room) -> None:
        obj.retire()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> None:
        for room in queryset:
            room.retire()

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The rooms alone: their transcripts stay."""
        return [str(room) for room in objs], {"rooms": len(objs)}, set(), []
