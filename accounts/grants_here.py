"""The grants that come with an HTTP request: in the header X-Guest-Grant, and those that the session keeps.

A session keeps the hashes of secrets with what they are for, so that a page can say of a link that it has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts import grants
from accounts.guests import Asker
from accounts.models import Grant, User

SESSION_KEY = "guest_grants"
#: How many links one browser remembers; the oldest gives way.
MOST = 20


class InvalidGrant(Exception):
    """A secret was sent that opens nothing, or nothing any more."""


def keep(request: HttpRequest, secret: str, subject: str) -> bool:
    """Remember in this browser that it holds the grant of `subject`; False where the secret is not one."""
    digest = grants.hash_of(secret)
    if not any(grant.subject == subject for grant in grants.live([digest])):
        return False
    kept = {**kept_by(request.session), digest: subject}
    if not request.user.is_authenticated:
        request.session.cycle_key()  # nobody who knew it before comes in with it
    request.session[SESSION_KEY] = dict(list(kept.items())[-MOST:])
    return True


def kept_by(session: Mapping[str, object]) -> dict[str, str]:
    """Hash of a secret to what it was for, whether it is still live or not."""
    found = session.get(SESSION_KEY)
    return {str(digest): str(subject) for digest, subject in found.items()} if isinstance(found, dict) else {}


def held_once(request: HttpRequest, subject: str) -> bool:
    """Whether this browser came with a link to it at some time."""
    return subject in kept_by(request.session).values()


def grants_of(request: HttpRequest) -> list[Grant]:
    """Those that open something now. Raises InvalidGrant for a header that does not."""
    sent = request.headers.get("X-Guest-Grant", "").strip()
    found = grants.live([*kept_by(request.session), *([grants.hash_of(sent)] if sent else [])])
    if sent and all(grant.secret_hash != grants.hash_of(sent) for grant in found):
        raise InvalidGrant
    return found


class GuestMiddleware:
    """`request.user` of pages with the grants of the session: a guest, or a person who may read what they say too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.user = SimpleLazyObject(lambda: _with_grants(request, user))  # type: ignore[assignment]  # stands for it
        return self._get_response(request)


def _with_grants(request: HttpRequest, user: Asker) -> Asker:
    found = grants.live(kept_by(request.session))
    if not user.is_authenticated:
        return grants.as_guest(found) if found else AnonymousUser()
    if found and isinstance(user, User):
        user.granted = frozenset(grant.subject for grant in found)
    return user
