"""Fields of a transcript put back to what they were, for the undo of an edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reflector_site.events.payload import Payload
from transcripts.domain.snapshot import SENTENCES
from transcripts.events import (
    ActionItemsFound,
    FinalLongSummary,
    FinalShortSummary,
    FinalTitle,
    announce,
)
from transcripts.models import Transcript


def put_back(transcript: Transcript, values: Mapping[str, Any], *, beside: Mapping[str, Any]) -> None:
    """Write `values` as they are, and announce those that have an event of their own. Belongs in a transaction.

    `beside`: `edited` and `summary_citations` as they were when the fields had these values; only what belongs to the
    fields is taken from them.
    """
    if not values:
        return
    for name, value in values.items():
        setattr(transcript, name, value)
    was_edited = set(beside.get("edited", ()))
    transcript.edited = sorted(set(transcript.edited) - values.keys() | (was_edited & values.keys()))
    cited = beside.get("summary_citations") or {}
    for name, key in SENTENCES.items():
        if name in values:
            transcript.summary_citations = _with(transcript.summary_citations, key, cited.get(key))
    transcript.save(update_fields=[*values, "edited", "summary_citations", "updated_at"])
    for name in values:
        if (payload := event_of(transcript, name)) is not None:
            announce(transcript, payload)


def _with(cited: Mapping[str, Any] | None, key: str, sentences: Any) -> dict[str, Any]:
    others = {name: value for name, value in (cited or {}).items() if name != key}
    return others if sentences is None else {**others, key: sentences}


def event_of(transcript: Transcript, name: str) -> Payload | None:
    """What existing clients are told when the field has changed; None where they know of nothing."""
    match name:
        case "title":
            return FinalTitle(title=transcript.title or "")
        case "short_summary":
            return FinalShortSummary(short_summary=transcript.short_summary or "")
        case "long_summary":
            return FinalLongSummary(long_summary=transcript.long_summary or "")
        case "action_items":
            return ActionItemsFound(action_items=transcript.action_items or {"decisions": [], "next_steps": []})
    return None
