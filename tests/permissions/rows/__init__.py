"""Every address with what it needs, one file for each part of the site."""

from __future__ import annotations

from tests.permissions.needs import Route, Socket

from . import accounts, audio, edits, events, grants, jobs, pages, site, transcripts, translations, words, zulip
from .events import SOCKETS

ROUTES: tuple[Route, ...] = (
    *site.ROUTES,
    *accounts.ROUTES,
    *transcripts.ROUTES,
    *words.ROUTES,
    *edits.ROUTES,
    *translations.ROUTES,
    *audio.ROUTES,
    *jobs.ROUTES,
    *events.ROUTES,
    *grants.ROUTES,
    *zulip.ROUTES,
    *pages.ROUTES,
)

#: Everything below here is the admin site: Django adds addresses for each model, and all of them need the same.
STAFF_BELOW = "admin/"

__all__ = ["ROUTES", "SOCKETS", "STAFF_BELOW", "Route", "Socket"]
