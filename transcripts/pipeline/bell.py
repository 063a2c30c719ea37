"""Telling workers that parts are ready. A message is a hint: a lost one is rung again, a doubled one is ignored."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import cast

import dramatiq
import redis
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from dramatiq.brokers.redis import RedisBroker

from transcripts.enums import Lane, PartState
from transcripts.models import Part

logger = logging.getLogger(__name__)

#: A bell that nobody answered for so long may have been lost, if the queue holds fewer messages than there is work.
FORGOTTEN_AFTER = timedelta(seconds=5)
ACTOR = "run_part"


def ring(parts: Iterable[Part]) -> None:
    """Announce ready parts when the current transaction commits."""
    waiting = [(part.pk, part.lane) for part in parts]
    if waiting:
        transaction.on_commit(lambda: _send(waiting), robust=True)


def ring_forgotten() -> None:
    """Ring for due parts that were never rung, or whose bell seems lost: as many as the queue is short of."""
    now = timezone.now()
    due = Part.objects.filter(Q(not_before=None) | Q(not_before__lte=now), state=PartState.READY)
    due = due.filter(Q(rung_at=None) | Q(rung_at__lt=now - FORGOTTEN_AFTER))
    for lane in Lane:
        missing = due.filter(lane=lane).count()
        if missing and (short := missing - _queued(lane)) > 0:
            oldest = due.filter(lane=lane).order_by(F("rung_at").asc(nulls_first=True), "pk")
            _send(list(oldest.values_list("pk", "lane")[:short]))


def _queued(lane: str) -> int:
    """Messages that no worker has fetched. What a worker holds is no help to others: it may be busy, or dead."""
    try:
        return int(cast(RedisBroker, dramatiq.get_broker()).client.llen(f"dramatiq:{lane}"))
    except redis.RedisError:
        return 0


def _send(parts: list[tuple[int, str]]) -> None:
    broker = dramatiq.get_broker()
    rung = []
    for part_id, lane in parts:
        # By name: only workers import the actor, whose module needs everything that they need.
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=str(lane), actor_name=ACTOR, args=(), kwargs={"part_id": part_id}, options={}
        )
        try:
            broker.enqueue(message)
        except Exception as error:  # noqa: BLE001 -- Redis is only the bell: whatever ails it, recover() rings again
            logger.warning("Could not ring for part %s: %s", part_id, error)
            break
        rung.append(part_id)
    Part.objects.filter(pk__in=rung).update(rung_at=timezone.now())
