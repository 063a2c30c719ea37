"""What was said, in topics, by whom."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/download", {"GET": Need.READ}, query="?format=txt"),
    Route(f"{ONE}/topics", {"GET": Need.READ}),
    Route(f"{ONE}/topics/with-words", {"GET": Need.READ}),
    Route(f"{ONE}/topics/<uuid:topic_id>/words-per-speaker", {"GET": Need.READ}),
)
