"""Transcripts: all of them, one, and what is done with it."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

ONE = "v1/transcripts/<uuid:transcript_id>"

ROUTES = (
    Route("v1/transcripts", {"GET": Need.LISTED, "POST": Need.SIGNED_IN}, sends={"POST": {"name": "Weekly"}}),
    Route("v1/transcripts/search", {"GET": Need.LISTED}, query="?q="),
    Route("v1/transcripts/import", {"POST": Need.SIGNED_IN}),
    Route(ONE, {"GET": Need.READ, "PATCH": Need.CHANGE, "DELETE": Need.CHANGE}),
    Route(f"{ONE}/captions", {"GET": Need.READ}),
    Route(f"{ONE}/record/webrtc", {"POST": Need.CHANGE}),
    Route(f"{ONE}/process", {"POST": Need.CHANGE}),
    Route(f"{ONE}/cancel", {"POST": Need.CHANGE}),
)
