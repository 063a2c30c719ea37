"""The sound: how it comes in, and how it is played; and what can be taken away."""

from __future__ import annotations

from tests.permissions.needs import Door, Need, Route

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/audio/mp3", {"GET": Need.READ}),
    Route(f"{ONE}/audio/link", {"POST": Need.READER}),
    Route(f"{ONE}/audio/waveform", {"GET": Need.READ}),
    Route(f"{ONE}/record/upload", {"GET": Need.CHANGE, "POST": Need.CHANGE, "DELETE": Need.CHANGE}),
    # For services: the token in the address is the permission.
    Route("v1/audio/<str:token>", {"GET": Need.OPEN}, Door.PLAIN, fills={"token": "none"}),
)
