"""Translations of what was said."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/translate", {"POST": Need.CHANGE}),
    Route(f"{ONE}/translations", {"GET": Need.READ}),
    Route(f"{ONE}/translations/<str:language>", {"GET": Need.READ, "DELETE": Need.CHANGE}, fills={"language": "fr"}),
)
