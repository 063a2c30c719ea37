"""Links for guests."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/grants", {"GET": Need.CHANGE, "POST": Need.CHANGE}),
    Route(f"{ONE}/grants/<uuid:grant_id>", {"DELETE": Need.CHANGE}),
)
