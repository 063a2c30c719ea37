"""What people correct: who spoke, what was said, and the history of it."""

from __future__ import annotations

from tests.permissions.needs import Need, Route

from .transcripts import ONE

ROUTES = (
    Route(f"{ONE}/participants", {"GET": Need.READ, "POST": Need.CHANGE}),
    Route(f"{ONE}/participants/<uuid:participant_id>", {"GET": Need.READ, "PATCH": Need.CHANGE, "DELETE": Need.CHANGE}),
    Route(f"{ONE}/speaker/assign", {"PATCH": Need.CHANGE}),
    Route(f"{ONE}/speaker/merge", {"PATCH": Need.CHANGE}),
    Route(f"{ONE}/utterances", {"GET": Need.READ}),
    Route(f"{ONE}/utterances/<int:utterance_id>", {"PATCH": Need.CHANGE}),
    Route(f"{ONE}/edits", {"GET": Need.CHANGE}),
    Route(f"{ONE}/edits/<int:number>/undo", {"POST": Need.CHANGE}),
    Route(f"{ONE}/edits/<int:number>/redo", {"POST": Need.CHANGE}),
)
