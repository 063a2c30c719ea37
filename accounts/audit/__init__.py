"""The audit log: who did what to what. The two functions that write it; old entries are swept by schedule.

HTTP doors need not call them for what their address names: see `doors.py`.
"""

from __future__ import annotations

import hashlib
import json
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.enums import AuditAction
from accounts.guests import Asker
from accounts.models import AuditEntry, User

#: Which subjects have had an entry in this request, so that nothing is told twice. None outside of requests.
told: ContextVar[set[str] | None] = ContextVar("told", default=None)

#: One statement whose second run of an hour finds a row by an index and writes nothing.
ONCE = """
INSERT INTO accounts_auditentry (at, user_id, who, came_by, action, subject, details, once)
SELECT %(at)s, %(user)s, %(who)s, %(came_by)s, %(action)s, %(subject)s, %(details)s::jsonb, %(once)s
WHERE NOT EXISTS (SELECT FROM accounts_auditentry WHERE once = %(once)s)
ON CONFLICT (once) DO NOTHING
"""


def record(asker: Asker | None, action: AuditAction, subject: str, **details: Any) -> None:
    """Note that somebody did something to `subject` (such as `transcript:<id>`): in the transaction that does it.

    `asker` None: the program itself. `details` are few, small and no secrets, and nothing that was said.
    """
    who, came_by = _identity(asker)
    user = asker if isinstance(asker, User) else None
    AuditEntry.objects.create(user=user, who=who, came_by=came_by, action=action, subject=subject, details=details)
    _remember(subject)


def record_once(asker: Asker | None, action: AuditAction, subject: str, **details: Any) -> None:
    """As `record`, at most once an hour for the same person, action and subject: for what clients do all the time.

    Reads of one transcript are one, whatever was read; of everything else what `details` tell apart. One query.
    """
    at = timezone.now()
    who, came_by = _identity(asker)
    apart = {} if action == AuditAction.READ else details
    values = {
        "at": at,
        "user": asker.pk if isinstance(asker, User) else None,
        "who": who,
        "came_by": came_by,
        "action": action,
        "subject": subject,
        "details": json.dumps(details),
        "once": _digest(at, who, came_by if who in (GUEST, PROGRAM) else "", action, subject, apart),
    }
    with connection.cursor() as cursor:
        cursor.execute(ONCE, values)
    _remember(subject)


def record_failure(account: User | None, **details: Any) -> None:
    """Note that somebody could not sign in: `account` is the one that was tried, None where there is no such account.

    It is named in `who` and not as the user, who may have had no part in it.
    """
    AuditEntry.objects.create(
        who=account.email if account else GUEST,
        came_by="a failed sign-in",
        action=AuditAction.SIGN_IN_FAILED,
        subject=f"user:{account.pk}" if account else "user:unknown",
        details=details,
    )


def sweep() -> int:
    """Forget entries older than AUDIT_RETENTION. Returns how many."""
    oldest = timezone.now() - timedelta(seconds=settings.AUDIT_RETENTION)
    forgotten, _ = AuditEntry.objects.filter(at__lt=oldest).delete()
    return forgotten


GUEST, PROGRAM = "guest", "the program"


def _identity(asker: Asker | None) -> tuple[str, str]:
    """Who, and by what."""
    if asker is None:
        return PROGRAM, ""
    who = asker.email if isinstance(asker, User) else GUEST
    return who, str(getattr(asker, "came_by", "nothing"))[:100]


def _digest(at: datetime, *parts: object) -> str:
    text = json.dumps([f"{at:%Y-%m-%dT%H}", *parts], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _remember(subject: str) -> None:
    subjects = told.get()
    if subjects is not None:
        subjects.add(subject)
