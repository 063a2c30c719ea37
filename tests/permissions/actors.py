"""Who asks, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Account(Enum):
    OWNER = "owner"
    OTHER = "other"
    ADMIN = "admin"  # a superuser


@dataclass(frozen=True)
class Actor:
    """`scopes`: of the key in use; None for somebody who comes by a session. `works`: False for a key or a
    grant that does not.
    """

    name: str
    account: Account | None = None
    scopes: tuple[str, ...] | None = None
    works: bool = True
    guest: bool = False

    @property
    def has_key(self) -> bool:
        return self.scopes is not None

    @property
    def is_admin(self) -> bool:
        return self.account is Account.ADMIN and (self.scopes is None or "admin" in self.scopes)


_ALL = ("read", "write", "admin")
GUEST, ENDED_GUEST = "a guest with a grant to the private one", "a guest whose grant was revoked"
REVOKED, EXPIRED = "a revoked key of the owner", "an expired key of the owner"

ACTORS = (
    Actor("nobody"),
    Actor(GUEST, guest=True),
    Actor(ENDED_GUEST, guest=True, works=False),
    Actor("another person", Account.OTHER),
    Actor("the owner", Account.OWNER),
    Actor("a key of the owner: read", Account.OWNER, ("read",)),
    Actor("a key of the owner: read, write", Account.OWNER, ("read", "write")),
    Actor("a key of the owner: read, write, admin", Account.OWNER, _ALL),
    Actor(REVOKED, Account.OWNER, _ALL, works=False),
    Actor(EXPIRED, Account.OWNER, _ALL, works=False),
    Actor("an admin", Account.ADMIN),
    Actor("a key of an admin: read, write", Account.ADMIN, ("read", "write")),
    Actor("a key of an admin: read, write, admin", Account.ADMIN, _ALL),
)


class Place(Enum):
    """How far a transcript of the owner's is shared."""

    PRIVATE = "private"
    SHARED_ROOM = "private, in a shared room"
    SEMI_PRIVATE = "semi-private"
    PUBLIC = "public"
    MISSING = "not there"


STANDING = tuple(place for place in Place if place is not Place.MISSING)
