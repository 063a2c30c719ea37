"""What happens, over HTTP and on sockets."""

from __future__ import annotations

from tests.permissions.needs import Need, Route, Socket

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/events", {"GET": Need.READ}),
    Route("v1/events", {"GET": Need.SIGNED_IN}),
    Route("v1/events/shared", {"GET": Need.SIGNED_IN}),
)

SOCKETS = (
    Socket("v1/transcripts/<uuid:id>/events", Need.READ),
    Socket("v1/events", Need.SIGNED_IN),
    Socket("v1/jobs/<uuid:id>/progress", Need.JOB),
)
