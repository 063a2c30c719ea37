"""The audit log in the admin site: read, searched, exported. Nobody adds, changes or deletes an entry."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import AuditEntry

#: Rows that are read at once for an export.
BATCH = 1000
COLUMNS = ("at", "who", "came_by", "action", "subject", "details")
#: The admin page of what a subject names.
PAGES = {
    "transcript": "admin:transcripts_transcript_change",
    "api-key": "admin:accounts_apikey_change",
    "user": "admin:accounts_user_change",
}


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    change_list_template = "admin/accounts/auditentry/change_list.html"
    list_display = ("at", "who", "action", "about", "came_by", "facts")
    list_filter = ("action", "at")
    search_fields = ("who", "subject")
    search_help_text = "E-mail address, or subject: transcript:… with the id"
    fields = ("at", "who", "user", "came_by", "action", "about", "details")
    list_per_page = 100
    show_full_result_count = False  # counting all of them takes longer than a page does

    @admin.display(description="subject", ordering="subject")
    def about(self, entry: AuditEntry) -> str | SafeString:
        """The subject, as a link to its page. What it names may be gone, as the page says then."""
        kind, _, identifier = entry.subject.partition(":")
        try:
            return format_html('<a href="{}">{}</a>', reverse(PAGES[kind], args=[identifier]), entry.subject)
        except (KeyError, NoReverseMatch):
            return entry.subject

    @admin.display(description="details")
    def facts(self, entry: AuditEntry) -> str:
        return ", ".join(f"{name}: {value}" for name, value in entry.details.items() if value)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        export = path("export", self.admin_site.admin_view(self.export), name="accounts_auditentry_export")
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """What the list shows, all pages of it, as CSV; read and sent a thousand rows at a time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = self.get_changelist_instance(request).queryset.order_by("-pk")
        lines = _in_threads(chosen) if isinstance(request, ASGIRequest) else _lines(chosen)
        return StreamingHttpResponse(
            lines,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": "attachment; filename=audit.csv", "Cache-Control": "no-store"},
        )


def _lines(chosen: QuerySet[AuditEntry]) -> Iterator[str]:
    yield _csv([COLUMNS])
    last: int | None = None
    while rows := _batch(chosen, before=last):
        last = rows[-1].pk
        yield _csv(_row(entry) for entry in rows)


async def _in_threads(chosen: QuerySet[AuditEntry]) -> AsyncIterator[str]:
    lines = _lines(chosen)
    while line := await sync_to_async(lambda: next(lines, ""))():
        yield line


def _batch(chosen: QuerySet[AuditEntry], *, before: int | None) -> list[AuditEntry]:
    return list((chosen if before is None else chosen.filter(pk__lt=before))[:BATCH])


def _row(entry: AuditEntry) -> list[str]:
    values = (entry.at.isoformat(), entry.who, entry.came_by, entry.action, entry.subject, json.dumps(entry.details))
    return [_plain(value) for value in values]


def _plain(value: str) -> str:
    """Spreadsheets take what begins with these for a formula, and names of keys are anybody's text."""
    return f"'{value}" if value[:1] in "=+-@\t\r" and value else value


def _csv(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
