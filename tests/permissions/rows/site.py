"""What belongs to the site itself."""

from __future__ import annotations

from tests.permissions.needs import Door, Need, Route

ROUTES = (
    Route("health", {"GET": Need.OPEN}, Door.PLAIN),
    # For monitoring: the setting METRICS says from which addresses.
    Route("metrics", {"GET": Need.OPEN}, Door.PLAIN),
    Route("openapi.json", {"GET": Need.OPEN}, Door.PLAIN),
    Route("docs", {"GET": Need.OPEN}, Door.PLAIN),
)
