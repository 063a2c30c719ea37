"""API keys: made, recognised, revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.enums import AuditAction, Scope
from accounts.models import ApiKey, User
from reflector_site.events import log

DEFAULT_SCOPES: tuple[Scope, ...] = (Scope.READ, Scope.WRITE)
MORE_THAN_ITSELF = "An API key cannot make a key with more scopes than its own."


class TooManyKeys(Exception):
    """The person has as many live keys as there may be. The message is a sentence for them."""


@transaction.atomic
def create_api_key(
    *,
    user: User,
    by: User | None = None,
    name: str | None = None,
    scopes: Collection[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its plain text, which is never stored and cannot be shown again.

    `by`: who makes it; None for the program. `scopes` None: read and write, as far as the maker's own credential goes.
    Raises PermissionDenied for scopes that the maker's credential does not have, TooManyKeys.
    """
    list(User.objects.select_for_update().filter(pk=user.pk).values_list("pk"))  # or two at once pass the bound
    refuse_too_many(user)
    plaintext = ApiKey.generate()
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=plaintext[: ApiKey.PREFIX_LENGTH],
        key_hash=ApiKey.hash(plaintext),
        scopes=_granted(by, scopes),
        expires_at=expires_at,
    )
    audit.record(by, AuditAction.KEY_MADE, f"api-key:{key.pk}", **_facts(key))
    return key, plaintext


@transaction.atomic
def change_api_key(key: ApiKey, *, by: User | None) -> None:
    """Keep what was set on the key: name, scopes, expiry. What is open by it is asked again."""
    key.save(update_fields=["name", "scopes", "expires_at"])
    audit.record(by, AuditAction.CHANGED, f"api-key:{key.pk}", **_facts(key))
    log.check_credential(f"api-key:{key.pk}")


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: User | None) -> bool:
    """End a key at once, and what is open by it. False when it was revoked already."""
    now = timezone.now()
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        return False
    key.revoked_at = now
    audit.record(by, AuditAction.KEY_REVOKED, f"api-key:{key.pk}", **_facts(key))
    log.check_credential(f"api-key:{key.pk}")
    return True


def live_api_key(plaintext: str) -> ApiKey | None:
    """The key with this plain text, its user limited to its scopes; None for one that is not live. Notes the use."""
    key = ApiKey.objects.live().select_related("user").filter(key_hash=ApiKey.hash(plaintext)).first()
    if key is not None:
        key.user.scopes, key.user.came_by = frozenset(key.scopes), f"key {key}"
        key.touch()
    return key


def refuse_too_many(user: User) -> None:
    """Raises TooManyKeys when one more would be too many."""
    if ApiKey.objects.live().filter(user=user).count() >= settings.API_KEYS_PER_PERSON:
        raise TooManyKeys(
            f"There are {settings.API_KEYS_PER_PERSON} live API keys already, as many as one person may have. "
            "Revoke one first."
        )


def _granted(by: User | None, wanted: Collection[str] | None) -> list[str]:
    may = set(Scope.values) if by is None else by.scopes
    if wanted is None:
        wanted = [scope for scope in DEFAULT_SCOPES if scope in may]
    elif not may.issuperset(wanted):
        raise PermissionDenied(MORE_THAN_ITSELF)
    return [scope for scope in Scope.values if scope in wanted]


def _facts(key: ApiKey) -> dict[str, str]:
    return {"key": str(key), "owner": key.user.email, "scopes": " ".join(key.scopes)}
