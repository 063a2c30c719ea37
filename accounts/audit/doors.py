"""The audit log of the HTTP doors: every address that names a transcript is noted, without its view doing anything.

What succeeded on an address with `<uuid:transcript_id>` in it is noted by its method: a GET as read, everything else as
changed. A view that does something more special says so, and a verb that has told of it in its own transaction has
told enough:

    class Process(APIView):
        audit = {"post": AuditAction.PROCESSED}

    @noted(post=AuditAction.PROCESSED)
    def process(request, transcript_id): ...

What clients do again and again (read, download, upload in pieces) is noted once an hour.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from rest_framework.request import Request

from accounts import audit
from accounts.enums import AuditAction

logger = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
GetResponse = Callable[[HttpRequest], HttpResponseBase]

OFTEN = frozenset({AuditAction.READ, AuditAction.DOWNLOADED, AuditAction.UPLOADED})
SILENT = frozenset({"OPTIONS", "TRACE"})


def noted(**actions: AuditAction | None) -> Callable[[View], View]:
    """What a view does, by method in small letters. None: nothing that is noted."""

    def mark(view: View) -> View:
        view.audit = actions  # type: ignore[attr-defined]  # read below
        return view

    return mark


def nothing_happened(request: HttpRequest | Request) -> None:
    """For a view that answers well and has done nothing, such as a page that says why."""
    django_request: Any = getattr(request, "_request", request)
    django_request.nothing_happened = True


def add_details(request: HttpRequest | Request, **details: str) -> None:
    """What the entry of this request shall say besides, where the address does not: which format, say."""
    django_request: Any = getattr(request, "_request", request)
    django_request.audit_details = details


class AuditDoors:
    """The middleware. It stands behind those that find out who asks."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        subjects: set[str] = set()
        token = audit.told.set(subjects)
        try:
            response = self.get_response(request)
            if request.method not in SILENT and _let_in(response):
                _note(request, subjects)
        finally:
            audit.told.reset(token)
        return response


def _let_in(response: HttpResponseBase) -> bool:
    """A redirect is how pages answer to what was done, and how they send strangers to the sign-in page."""
    if response.status_code == 302:
        return not response.headers["Location"].startswith(resolve_url(settings.LOGIN_URL))
    return response.status_code < 400


def _note(request: HttpRequest, told: set[str]) -> None:
    match = request.resolver_match
    if match is None or "transcript_id" not in match.kwargs or getattr(request, "nothing_happened", False):
        return
    subject = f"transcript:{match.kwargs['transcript_id']}"
    action = action_of(match.func, request.method or "GET")
    if action is None or subject in told:
        return
    write = audit.record_once if action in OFTEN else audit.record
    try:
        added: dict[str, str] = getattr(request, "audit_details", {})
        write(request.user, action, subject, what=match.url_name, **_details(match.kwargs), **added)
    except Error:  # the answer is true, whatever became of the note
        logger.exception("An entry of the audit log could not be written")


def action_of(view: Callable[..., Any], method: str) -> AuditAction | None:
    """What a successful call of the view is noted as."""
    name = "get" if method == "HEAD" else method.lower()
    declared: Mapping[str, AuditAction | None] = getattr(getattr(view, "view_class", view), "audit", {})
    return declared.get(name, AuditAction.READ if name == "get" else AuditAction.CHANGED)


def _details(kwargs: Mapping[str, Any]) -> dict[str, str]:
    """What else the address names. Texts are left out: they might be anything."""
    return {
        name: str(value) for name, value in kwargs.items() if name != "transcript_id" and not isinstance(value, str)
    }
