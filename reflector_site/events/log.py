"""Appending to the event log. `append` is the only writer and is called only at the end of a domain verb."""

from __future__ import annotations

from typing import ClassVar

from django.db import connection, transaction
from pydantic import BaseModel, ConfigDict

from .models import Event

#: One statement, so that a stream's first two events cannot meet.
NEXT_SEQ = """
INSERT INTO events_stream (key, last_seq) VALUES (%s, 1)
ON CONFLICT (key) DO UPDATE SET last_seq = events_stream.last_seq + 1
RETURNING last_seq
"""


class Payload(BaseModel):
    """The typed data of one event. An undeclared field is a mistake in the program, so it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: ClassVar[str]


def append(stream_key: str, payload: Payload) -> Event:
    """Add `payload` to the stream and return the row with its number.

    The number is taken under the stream row's lock inside the caller's transaction, so the order of numbers is the
    order of commits. Outside a transaction the lock would be released at once; that is refused.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "log.append() belongs inside the transaction that changes the data."
        )
    seq = _next_seq(stream_key)
    return Event.objects.create(stream_id=stream_key, seq=seq, name=payload.event, data=payload.model_dump(mode="json"))


def _next_seq(stream_key: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SEQ, [stream_key])
        row = cursor.fetchone()
    return int(row[0])
