"""How often somebody may ask: counted in Redis for all processes together, by the minute or whatever the setting says.

One round trip for each count. Redis being away stops nobody: then nothing is counted, and the log says so once.
The client is one for the process; Django's cache would open a connection for every request under ASGI.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import User

logger = logging.getLogger(__name__)

#: How often, in how many seconds; None for no limit.
Rate = tuple[int, int] | None

#: Seconds without a try after Redis did not answer, so that an absent Redis does not slow every request.
REST = 5.0
#: Seconds to wait for Redis at most.
PATIENCE = 0.25
KEY = "reflector:limit:"

_resting_until = 0.0


def hit(what: str, who: str, rate: Rate) -> int | None:
    """Count one more. None: go on. Else the seconds to wait, at least one."""
    if rate is None:
        return None
    most, seconds = rate
    now = time.time()
    count = _asked(lambda: _count(_key(what, who, now, seconds), seconds))
    return None if count is None or count <= most else max(1, int(seconds - now % seconds) + 1)


def forget(what: str, who: str, rate: Rate) -> None:
    """Begin to count anew: after a success, where only failures count."""
    if rate is not None:
        _asked(lambda: _client().delete(_key(what, who, time.time(), rate[1])))


def address_of(request: HttpRequest | Request) -> str:
    """Where a request comes from: the peer's address, or with TRUSTED_PROXIES what the outermost of them says.

    Each proxy adds the address that it was called from to the end of X-Forwarded-For; what stands before those of
    our own proxies was written by anybody.
    """
    told = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
    proxies = settings.TRUSTED_PROXIES
    found = told[-min(proxies, len(told))] if proxies and told else request.META.get("REMOTE_ADDR")
    return str(found or "unknown")


class Limits(BaseThrottle):
    """The limits of the API: one for each person, one for each address of those who are not signed in.

    A view with `throttle_scope` (a name in `settings.RATE_LIMITS`) counts against that limit too.
    """

    def __init__(self) -> None:
        self._wait: int | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        user = request.user
        who = f"user:{user.pk}" if isinstance(user, User) else f"address:{address_of(request)}"
        name = "user" if isinstance(user, User) else "anonymous"
        names = [name, scope] if (scope := getattr(view, "throttle_scope", None)) else [name]
        waits = (hit(each, who, settings.RATE_LIMITS[each]) for each in names)
        self._wait = next((wait for wait in waits if wait is not None), None)
        return self._wait is None

    def wait(self) -> float | None:
        return self._wait


def sentence(seconds: float | None) -> str:
    """What is said to who asks too often."""
    wait = max(1, round(seconds or 1))
    return f"Too many requests. Try again in {wait} second{'' if wait == 1 else 's'}."


def _key(what: str, who: str, now: float, seconds: int) -> str:
    """Without the address or person in it: others may look into Redis."""
    digest = hashlib.blake2b(who.encode(), digest_size=12).hexdigest()
    return f"{KEY}{what}:{digest}:{int(now // seconds)}"


def _count(key: str, seconds: int) -> int:
    with _client().pipeline(transaction=False) as together:
        together.incr(key)
        together.expire(key, seconds + 1)
        return int(together.execute()[0])


def _asked(question: Callable[[], int]) -> int | None:
    """The answer of Redis; None while it is away."""
    global _resting_until  # noqa: PLW0603 -- one memory of Redis per process
    if time.monotonic() < _resting_until:
        return None
    try:
        answer = question()
    except redis.RedisError as error:
        if not _resting_until:
            logger.warning("Redis is away, so requests are not counted and nobody is limited: %s", error)
        _resting_until = time.monotonic() + REST
        return None
    if _resting_until:
        logger.warning("Redis is back, and requests are counted again.")
        _resting_until = 0.0
    return answer


@cache
def _client() -> redis.Redis[bytes]:
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(
        settings.BROKER_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=once
    )
