"""What belongs to the site itself."""

from __future__ import annotations

from tests.permissions.needs import Door, Need, Route

ROUTES = (
    Route("health", {"GET": Need.OPEN}, Door.PLAIN),
    Route("openapi.json", {"GET": Need.OPEN}, Door.PLAIN),
    Route("docs", {"GET": Need.OPEN}, Door.PLAIN),
)
