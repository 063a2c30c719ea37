"""Who is at work: workers and schedulers leave a key in Redis every few seconds, which goes when they no longer do."""

from __future__ import annotations

import contextlib

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from transcripts.enums import Lane

INTERVAL = 5.0
#: Seconds until somebody who died is missed.
LIFETIME = 20
SCHEDULER = "a scheduler"
RECORDER = "a recorder"
_KEY = "reflector:present:"


def worker(lane: str) -> str:
    return f"a worker for the {lane} lane"


#: What a site needs. One that records nothing live needs no recorder.
ROLES = (*(worker(lane) for lane in Lane.values), SCHEDULER)


def announce(*roles: str) -> None:
    """Say that they are here. Redis being away is no reason to stop work."""
    with contextlib.suppress(redis.RedisError), _client() as client:
        for role in roles:
            client.set(_KEY + role, 1, ex=LIFETIME)


def is_present(role: str) -> bool:
    """Whether somebody fills it. Raises `redis.RedisError`."""
    with _client() as client:
        return bool(client.exists(_KEY + role))


def present() -> list[str]:
    """Those of ROLES that somebody fills. Raises `redis.RedisError`."""
    with _client() as client:
        return [role for role in ROLES if client.exists(_KEY + role)]


def _client() -> redis.Redis[bytes]:
    """Tries once: a worker that is told to stop while Redis is away shall not wait for it."""
    once = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.BROKER_URL, socket_timeout=2, socket_connect_timeout=2, retry=once)
