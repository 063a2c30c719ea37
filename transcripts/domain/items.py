"""Decisions and next steps in a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from transcripts.models import Transcript


def by_a_person(transcript: Transcript, given: Mapping[str, Any]) -> dict[str, Any]:
    """Decisions and next steps as a person gives them. Those that read as before keep the moments they rest on."""
    before = transcript.action_items or {}
    ids = {participant.name: str(participant.pk) for participant in transcript.participants.all()}
    return {
        "decisions": _kept(before.get("decisions", []), given["decisions"], "decision", "decided_by", ids),
        "next_steps": _kept(before.get("next_steps", []), given["next_steps"], "task", "assigned_to", ids),
    }


def _kept(
    before: Iterable[Mapping[str, Any]],
    given: Iterable[Mapping[str, Any]],
    text: str,
    person: str,
    ids: Mapping[str, str],
) -> list[dict[str, Any]]:
    known = {item[text]: item for item in before}
    found = []
    for item in given:
        same = known.get(item[text], {})
        marks = {key: same[key] for key in ("grounding", "reason") if key in same}
        someone = {f"{person}_participant_id": ids.get(item.get(person) or "")}
        found.append({**item, **someone, "seconds": same.get("seconds", []), **marks})
    return found
