"""Telling workers that parts are ready. A message is a hint: what is lost is rung again, what comes twice is ignored."""

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
    try:
        return int(cast(RedisBroker, dramatiq.get_broker()).client.hlen(f"dramatiq:{lane}.msgs"))
    except redis.RedisError:
        return 0


def _send(parts: list[tuple[int, str]]) -> None:
    broker = dramatiq.get_broker()
    actor = broker.get_actor(ACTOR)
    rung = []
    for part_id, lane in parts:
        try:
            broker.enqueue(actor.message_with_options(kwargs={"part_id": part_id}).copy(queue_name=str(lane)))
        except Exception as error:  # noqa: BLE001 -- Redis is only the bell: whatever ails it, recover() rings again
            logger.warning("Could not ring for part %s: %s", part_id, error)
            break
        rung.append(part_id)
    Part.objects.filter(pk__in=rung).update(rung_at=timezone.now())
