"""The event log. `append` is the only writer, called only at the end of a domain verb; `read` is the only reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from . import bell, registry
from .frames import Frame, encode
from .models import Event, Stream
from .payload import Payload

__all__ = [
    "Page",
    "Payload",
    "append",
    "check_credential",
    "check_watchers",
    "last_seqs",
    "read",
    "sweep",
    "take_back",
    "whisper",
]

#: One statement, so that a stream's first two events cannot meet.
NEXT_SEQ = """
INSERT INTO events_stream (key, last_seq) VALUES (%s, 1)
ON CONFLICT (key) DO UPDATE SET last_seq = events_stream.last_seq + 1
RETURNING last_seq
"""

#: The data as the text that goes over the wire, without a way through Python's objects.
READ = """
SELECT seq, name, data::text, created_at FROM events_event
WHERE stream_id = %s AND seq > %s ORDER BY seq LIMIT %s
"""

BOUNDS = """
SELECT last_seq, (SELECT min(seq) FROM events_event WHERE stream_id = key) FROM events_stream WHERE key = %s
"""


def append(stream_key: str, payload: Payload) -> Event:
    """Add `payload` to the stream and return the row with its number; those who watch are told on commit.

    The number is taken under the stream row's lock inside the caller's transaction, so the order of numbers is the
    order of commits. Outside a transaction the lock would be released at once; that is refused.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "log.append() belongs inside the transaction that changes the data."
        )
    seq = _next_seq(stream_key)
    event = Event.objects.create(
        stream_id=stream_key, seq=seq, name=payload.event, data=payload.model_dump(mode="json")
    )
    frame = _frame(stream_key, seq, payload, event.created_at)
    transaction.on_commit(lambda: bell.ring(stream_key, frame), robust=True)
    return event


def take_back(stream_key: str, now: Payload, **about: str) -> None:
    """Let the earlier events of this name say what `now` says, where their data has the values of `about`.

    Who may read a stream may read its log from the beginning, and what somebody has corrected or taken away is told to
    nobody any more. Numbers stay. Belongs in the transaction of the change, after its own event.
    """
    said = now.model_dump(mode="json")
    Event.objects.filter(stream_id=stream_key, name=now.event, data__contains=about).exclude(data=said).update(
        data=said
    )


def whisper(stream_key: str, payload: Payload) -> None:
    """Tell those who watch just now, without keeping it: what the next one replaces, such as a percentage."""
    bell.ring(stream_key, frame_of(stream_key, payload))


def frame_of(stream_key: str, payload: Payload) -> Frame:
    """The payload as what is whispered, or said to one socket alone."""
    return _frame(stream_key, None, payload, timezone.now())


def check_watchers(stream_key: str) -> None:
    """On commit, ask again who may watch: called where something is deleted, or its sharing changes."""
    transaction.on_commit(lambda: bell.ring_for_check(stream_key), robust=True)


def check_credential(key: str) -> None:
    """On commit, ask again about all that is watched by the credential with this `Identity.key`: it was revoked."""
    transaction.on_commit(lambda: bell.ring_for_credential(key), robust=True)


def _frame(stream_key: str, seq: int | None, payload: Payload, at: datetime) -> Frame:
    data = payload.model_dump_json()
    return encode(key=registry.name_key(stream_key), name=payload.event, data=data, stream=stream_key, seq=seq, at=at)


def _next_seq(stream_key: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SEQ, [stream_key])
        row = cursor.fetchone()
    return int(row[0])


@dataclass(frozen=True, slots=True)
class Page:
    """What follows a cursor: at most as many frames as asked for, and where the stream begins and ends.

    `first` is the lowest number that is kept, `last` the highest that was given; 0 for a stream without events.
    """

    frames: list[Frame]
    first: int
    last: int

    def lacks(self, cursor: int) -> str | None:
        """Why nobody can go on from `cursor`: it is from the future, or what followed it is no longer kept."""
        if cursor > self.last:
            return "unknown_cursor"
        return "expired" if cursor < self.first - 1 else None


def read(stream_key: str, after: int, limit: int) -> Page:
    """The events with numbers above `after`, in order. Three queries at the most, whatever the length.

    The bounds are read first: what is added in between follows `last`, and is found the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, [stream_key])
        last, first = cursor.fetchone() or (0, None)
        rows = []
        if last > after:
            cursor.execute(READ, [stream_key, after, limit])
            rows = cursor.fetchall()
            if not rows or rows[0][0] > after + 1:  # forgotten, perhaps between the two queries
                first = rows[0][0] if rows else None
    key = registry.name_key(stream_key)
    frames = [encode(key=key, name=name, data=data, stream=stream_key, seq=seq, at=at) for seq, name, data, at in rows]
    return Page(frames, first=first if first is not None else last + 1, last=last)


def last_seqs(stream_keys: Iterable[str]) -> dict[str, int]:
    """The highest number of each stream; 0 for those that have none. One query."""
    wanted = list(stream_keys)
    found = dict(Stream.objects.filter(key__in=wanted).values_list("key", "last_seq"))
    return {key: found.get(key, 0) for key in wanted}


def sweep() -> int:
    """Forget events older than EVENT_RETENTION. Returns how many. Numbers go on: who comes back later gets a RESET."""
    oldest = timezone.now() - timedelta(seconds=settings.EVENT_RETENTION)
    forgotten, _ = Event.objects.filter(created_at__lt=oldest).delete()
    for kind in registry.kinds():
        if kind.passing:
            Stream.objects.filter(key__startswith=f"{kind.name}:", events=None).delete()
    return forgotten
