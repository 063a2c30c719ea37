"""Sending transcripts to Zulip."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/zulip", {"POST": Need.CHANGE}),
    Route("v1/zulip/streams", {"GET": Need.KNOWN}),
    Route("v1/zulip/streams/<int:stream_id>/topics", {"GET": Need.KNOWN}, fills={"stream_id": "7"}),
)
