"""The processing of transcripts."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

ROUTES = (
    Route("v1/jobs", {"GET": Need.SIGNED_IN}),
    Route("v1/jobs/<uuid:run_id>", {"GET": Need.JOB}),
    Route("v1/jobs/<uuid:run_id>/events", {"GET": Need.JOB}),
    Route("v1/jobs/<uuid:run_id>/cancel", {"POST": Need.JOB_CHANGE}),
)
