"""Guests' grants: given, withdrawn, and recognised. Who has the secret of one may read what it is for."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import record
from accounts.enums import AuditAction
from accounts.guests import Guest
from accounts.models import Grant, User
from reflector_site.events import log

#: How every secret begins: so it is known from an API key, and to whoever finds one where it should not be.
MARK = "guest_"
USUAL, LONGEST = timedelta(days=7), timedelta(days=365)


class GrantRefused(Exception):
    """The grant cannot be given like this; the message says why."""


@transaction.atomic
def give(*, subject: str, by: User, name: str = "", expires_at: datetime | None = None) -> tuple[Grant, str]:
    """A new grant and its secret, which is not stored and cannot be shown again. Raises GrantRefused."""
    now = timezone.now()
    expires_at = expires_at or now + USUAL
    if expires_at <= now:
        raise GrantRefused("The link would have expired already. Choose a later end.")
    if expires_at > now + LONGEST:
        raise GrantRefused("A link lasts for a year at the most. Choose an earlier end.")
    secret = MARK + secrets.token_urlsafe(32)
    grant = Grant.objects.create(
        subject=subject,
        name=name,
        prefix=secret[len(MARK) :][:8],
        secret_hash=hash_of(secret),
        created_by=by,
        expires_at=expires_at,
    )
    record(by, AuditAction.GRANT_MADE, subject, grant=str(grant.pk), name=name)
    return grant, secret


@transaction.atomic
def revoke(*, grant: Grant, by: User) -> bool:
    """Withdraw it; whoever reads by it is let go. False when it was withdrawn before."""
    if not Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=timezone.now()):
        return False
    record(by, AuditAction.GRANT_REVOKED, grant.subject, grant=str(grant.pk), name=grant.name)
    log.check_watchers(grant.subject)  # a subject is named as its stream
    return True


def as_guest(grants: Iterable[Grant]) -> Guest | AnonymousUser:
    """Whoever holds these: a guest, or nobody where there are none."""
    grants = list(grants)
    if not grants:
        return AnonymousUser()
    return Guest(frozenset(grant.subject for grant in grants), f"grant {grants[0]}")


def live(hashes: Iterable[str]) -> list[Grant]:
    """Those that open their door now, and note that they do, at most once a minute."""
    wanted = list(hashes)
    if not wanted:
        return []
    now = timezone.now()
    found = list(Grant.objects.live().filter(secret_hash__in=wanted))
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(minutes=1))
    if any(grant.last_used_at is None or (now - grant.last_used_at).total_seconds() > 60 for grant in found):
        Grant.objects.filter(stale, pk__in=[grant.pk for grant in found]).update(last_used_at=now)
    return found


def still_live(hashes: Iterable[str]) -> frozenset[str]:
    """What these open now. Notes nothing: asking again is no use."""
    return frozenset(Grant.objects.live().filter(secret_hash__in=list(hashes)).values_list("subject", flat=True))


def hash_of(secret: str) -> str:
    """What is kept of it. A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
