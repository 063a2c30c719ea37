"""What the database and Redis know of the whole site, whichever process is asked: work that waits, and who is there."""

from __future__ import annotations

from collections.abc import Iterator

import redis
from django.db import DatabaseError
from django.db.models import Count, Q
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from consent.models import AudioObject
from reflector_site import presence
from transcripts.enums import Lane, PartState, RunState
from transcripts.models import Part, Run


class SiteFigures(Collector):
    """Asked anew at every scrape: four short queries."""

    def collect(self) -> Iterator[Metric]:
        yield from _from_database()
        yield from _from_redis()


def _from_database() -> Iterator[Metric]:
    up = GaugeMetricFamily("reflector_database_up", "1 while PostgreSQL answers.")
    try:
        figures = [_runs(), _parts(), _erasures()]
    except DatabaseError:
        up.add_metric([], 0)
        figures = []
    else:
        up.add_metric([], 1)
    yield from [up, *figures]


def _runs() -> Metric:
    family = GaugeMetricFamily("reflector_runs", "Processing of transcripts.", labels=["lane", "state"])
    counts = Run.objects.filter(state=RunState.ACTIVE).order_by().values("lane")
    found = {row["lane"]: row for row in counts.annotate(waiting=_count(started_at=None), all=Count("pk"))}
    for lane in Lane.values:
        waiting, all_ = (found[lane]["waiting"], found[lane]["all"]) if lane in found else (0, 0)
        family.add_metric([lane, "waiting"], waiting)
        family.add_metric([lane, "working"], all_ - waiting)
    return family


def _parts() -> Metric:
    """The depth of the queues: what a worker could take up now, and what one has taken."""
    family = GaugeMetricFamily("reflector_parts", "Parts of steps in the queues.", labels=["lane", "state"])
    states = (PartState.READY, PartState.RUNNING)
    counts = Part.objects.filter(state__in=states).order_by().values_list("lane", "state").annotate(count=Count("pk"))
    found = {(lane, state): count for lane, state, count in counts}
    for lane in Lane.values:
        for state in states:
            family.add_metric([lane, state.value], found.get((lane, state.value), 0))
    return family


def _erasures() -> Metric:
    waiting = AudioObject.objects.to_erase().count()
    return GaugeMetricFamily("reflector_audio_to_erase", "Audio that should be gone and is not yet.", value=waiting)


def _count(**filters: object) -> Count:
    return Count("pk", filter=Q(**filters))


def _from_redis() -> Iterator[Metric]:
    up = GaugeMetricFamily("reflector_redis_up", "1 while Redis answers.")
    roles = GaugeMetricFamily("reflector_present", "Whether somebody fills the role.", labels=["role"])
    try:
        present = presence.present()
    except redis.RedisError:
        up.add_metric([], 0)
    else:
        up.add_metric([], 1)
        for role in presence.ROLES:
            roles.add_metric([role], role in present)
    yield from [up, roles]
