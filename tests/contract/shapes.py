"""What answers look like: names of fields, with their types and, where they are known, values."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Maybe:
    """That, or null."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape


class Id:
    """A UUID as text."""


class Time:
    """ISO 8601 with its offset from UTC."""


class Choice:
    def __init__(self, *values: str) -> None:
        self.values = values


def misfits(found: Any, shape: Any, where: str = "") -> list[str]:
    """What is not as `shape` says. A dictionary must have these fields and may have more: clients ignore those."""
    if isinstance(shape, Maybe):
        return [] if found is None else misfits(found, shape.shape, where)
    if isinstance(shape, dict):
        return _of_fields(found, shape, where)
    if isinstance(shape, list):
        if not isinstance(found, list):
            return [f"{where}: {found!r} is no list"]
        return [misfit for index, each in enumerate(found) for misfit in misfits(each, shape[0], f"{where}[{index}]")]
    return [] if _is(found, shape) else [f"{where}: {found!r} is not {getattr(shape, '__name__', shape)}"]


def _of_fields(found: Any, shape: dict[str, Any], where: str) -> list[str]:
    if not isinstance(found, dict):
        return [f"{where}: {found!r} is no object"]
    missing = [f"{where}.{name} is missing" for name in shape if name not in found]
    return missing + [
        misfit
        for name, expected in shape.items()
        if name in found
        for misfit in misfits(found[name], expected, f"{where}.{name}")
    ]


def _is(found: Any, shape: Any) -> bool:
    if shape is Id:
        return isinstance(found, str) and bool(UUID_TEXT.fullmatch(found)) and bool(UUID(found))
    if shape is Time:
        return isinstance(found, str) and datetime.fromisoformat(found).tzinfo is not None
    if isinstance(shape, Choice):
        return found in shape.values
    if shape is float:
        return isinstance(found, float | int) and not isinstance(found, bool)
    if shape is int:
        return isinstance(found, int) and not isinstance(found, bool)
    if isinstance(shape, type):
        return isinstance(found, shape)
    return bool(found == shape)


MINIMAL = {
    "id": Id,
    "user_id": Maybe(Id),
    "name": str,
    "status": Choice("idle", "uploaded", "recording", "processing", "ended", "error"),
    "locked": bool,
    "duration": float,
    "title": Maybe(str),
    "short_summary": Maybe(str),
    "long_summary": Maybe(str),
    "created_at": Time,
    "share_mode": Choice("private", "semi-private", "public"),
    "source_language": Maybe(str),
    "target_language": Maybe(str),
    "reviewed": bool,
    "meeting_id": Maybe(str),
    "source_kind": Choice("room", "live", "file"),
    "room_id": Maybe(Id),
    "room_name": Maybe(str),
    "audio_deleted": Maybe(bool),
    "change_seq": int,
}
PARTICIPANT = {"id": Id, "speaker": Maybe(int), "name": str, "user_id": Maybe(Id), "email": Maybe(str)}
WITH_PARTICIPANTS = {**MINIMAL, "participants": [PARTICIPANT]}
DECISION = {
    "decision": str,
    "rationale": Maybe(str),
    "decided_by": Maybe(str),
    "decided_by_participant_id": Maybe(str),
}
NEXT_STEP = {
    "task": str,
    "assigned_to": Maybe(str),
    "assigned_to_participant_id": Maybe(str),
    "deadline": Maybe(str),
    "context": Maybe(str),
}
ACTION_ITEMS = {"decisions": [DECISION], "next_steps": [NEXT_STEP]}
WORD = {"text": str, "start": float, "end": float, "speaker": int}
SEGMENT = {"text": str, "start": float, "speaker": int}
TOPIC = {
    "id": Id,
    "title": str,
    "summary": str,
    "timestamp": float,
    "duration": Maybe(float),
    "transcript": str,
    "segments": [SEGMENT],
}
SPOKEN = {"speaker": int, "speaker_name": str, "text": str, "start": float, "end": float}
PAGE = {"items": list, "total": int, "page": int, "size": int, "pages": int}
PROBLEMS = [{"loc": [str], "msg": str, "type": str}]
