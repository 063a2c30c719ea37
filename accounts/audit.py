"""The audit log: one function, called in the transaction of what it tells of."""

from __future__ import annotations

from typing import Any

from accounts.enums import AuditAction
from accounts.guests import Asker
from accounts.models import AuditEntry, User


def record(asker: Asker | None, action: AuditAction, subject: str, **details: Any) -> None:
    """Note that somebody did something to `subject` (such as `transcript:<id>`). None: the program itself."""
    user = asker if isinstance(asker, User) else None
    who = user.email if user else "the program" if asker is None else "guest"
    came_by = "" if asker is None else getattr(asker, "came_by", "nothing")
    AuditEntry.objects.create(
        user=user, who=who, came_by=came_by[:100], action=action, subject=subject, details=details
    )
