"""The user of a session of the pages, for those who hold its key without an HTTP request."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.utils.crypto import constant_time_compare

from accounts.grants_here import kept_by
from accounts.models import User


def opened(session_key: str) -> tuple[User | None, list[str]]:
    """Its user as `user_of` finds them, and the hashes of the guests' secrets that it keeps; two queries."""
    session = _store(session_key).load()
    return _user_in(session), list(kept_by(session))


def user_of(session_key: str) -> User | None:
    """The active user of a session that is there and has not expired; two queries. Changes nothing.

    The same checks as `django.contrib.auth.get_user`: a known backend, and a session that no change of the password
    has ended. A session signed with an older SECRET_KEY counts too; the next page gives it a new key.
    """
    return _user_in(_store(session_key).load())


def _user_in(session: dict[str, Any]) -> User | None:
    if SESSION_KEY not in session or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = load_backend(session[BACKEND_SESSION_KEY]).get_user(session[SESSION_KEY])
    if not isinstance(user, User) or not _fits(user, session.get(HASH_SESSION_KEY) or ""):
        return None
    return user


def expiry_of(session_key: str) -> float | None:
    """When the session ends if nobody prolongs it, seconds since 1970; None where its engine does not say. 1 query."""
    model = getattr(_store(session_key), "model", None)
    if model is None:
        return None
    found = model.objects.filter(session_key=session_key).values_list("expire_date", flat=True).first()
    return found.timestamp() if found else None


def _fits(user: User, kept: str) -> bool:
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(kept, each) for each in hashes)


def _store(session_key: str) -> Any:
    return cast(Any, import_module(settings.SESSION_ENGINE)).SessionStore(session_key)
