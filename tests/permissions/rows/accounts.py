"""Who one is: signing in, keys, the account."""

from __future__ import annotations

from tests.permissions.needs import Door, Need, Route

ROUTES = (
    Route("sign-in", {"GET": Need.OPEN, "POST": Need.OPEN}, Door.PAGE),
    Route("sign-out", {"POST": Need.OPEN}, Door.PAGE),
    Route("v1/me", {"GET": Need.OPEN}),
)
