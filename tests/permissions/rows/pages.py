"""The pages for people."""

from __future__ import annotations

from tests.permissions.needs import Door, Need, Route

ONE = "transcripts/<uuid:transcript_id>"

ROUTES = (
    Route("", {"GET": Need.LISTED}, Door.PAGE),
    Route("search", {"GET": Need.LISTED}, Door.PAGE),
    Route("transcripts/fragment", {"GET": Need.LISTED}, Door.PAGE),
    Route("transcripts/new", {"GET": Need.SIGNED_IN, "POST": Need.SIGNED_IN}, Door.PAGE),
    Route("transcripts/sample", {"POST": Need.SIGNED_IN}, Door.PAGE),
    Route(ONE, {"GET": Need.READ}, Door.PAGE),
    Route(f"{ONE}/fragment", {"GET": Need.READ}, Door.PAGE),
    Route(f"{ONE}/process", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/cancel", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/translate", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/translate/delete", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/names", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/speakers/<int:speaker>/merge", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/edits/<int:number>/undo", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/edits/<int:number>/redo", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/change", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/share", {"GET": Need.CHANGE, "POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/share/<uuid:grant_id>/revoke", {"POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/zulip", {"GET": Need.CHANGE, "POST": Need.CHANGE}, Door.PAGE),
    Route(f"{ONE}/delete", {"GET": Need.CHANGE, "POST": Need.CHANGE}, Door.PAGE),
)
