"""People without an account: nobody, or a guest who holds grants."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from accounts.models import User


class Guest(AnonymousUser):
    """Somebody without an account who may read what the grants say, such as `transcript:<id>`."""

    def __init__(self, granted: frozenset[str], came_by: str) -> None:
        self.granted = granted
        self.came_by = came_by


#: Whoever asks: everything that decides on access takes this.
Asker = User | AnonymousUser


def subjects_of(asker: Asker) -> frozenset[str]:
    """What grants open for whoever asks, beside what everybody of that kind may."""
    return asker.granted if isinstance(asker, Guest | User) else frozenset()
