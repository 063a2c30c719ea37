"""Guests' links in the admin site: to look at and to withdraw. They are given on the page of what they open."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .grants import revoke
from .models import Grant, User


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("prefix", "name", "subject", "created_by", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_filter = ("revoked_at",)
    list_select_related = ("created_by",)
    search_fields = ("name", "prefix", "subject", "created_by__email")
    actions = ("withdraw",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_withdrawing_permission(self, request: HttpRequest) -> bool:
        """Who was given the right to change grants may use the action."""
        return super().has_change_permission(request)

    @admin.action(description="Withdraw the selected links", permissions=["withdrawing"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        by = cast(User, request.user)
        withdrawn = sum(revoke(grant=grant, by=by) for grant in queryset)
        self.message_user(request, f"{withdrawn} links withdrawn; who reads by them is let go.")
