"""What travels on which stream, and who may watch it. Apps register their kinds of streams; all else looks here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import Http404

from .payload import Payload

if TYPE_CHECKING:
    from accounts.guests import Asker

ALL: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class StreamKind:
    """Streams whose keys begin with the same word: `transcript:<id>`, or the one stream of that name.

    `union` is what their events are called together in the published schema.

    `authorize(asker, key)` returns when they may watch, an account or not; raises Http404 or PermissionDenied.
    `is_over(key)` says whether the end that watchers wait for has come; it is asked after events named in `endings`.
    Clients that name no cursor are clients of the system that Reflector replaces: they are sent the events named in
    `known`, and of those that were before they came the ones named in `replayed` (None: all).
    `passing`: the streams end, and are forgotten with their last event.
    """

    name: str
    union: str
    payloads: tuple[type[Payload], ...]
    authorize: Callable[[Asker, str], None]
    is_over: Callable[[str], bool] = lambda key: False
    endings: frozenset[str] = frozenset()
    known: frozenset[str] | None = ALL
    replayed: frozenset[str] | None = ALL
    passing: bool = False
    name_key: str = field(default="event")  # on the wire, beside "data"


_kinds: dict[str, StreamKind] = {}


def register(kind: StreamKind) -> StreamKind:
    if kind.name in _kinds:
        raise ValueError(f"There are streams called {kind.name!r} already.")
    _kinds[kind.name] = kind
    return kind


def kinds() -> list[StreamKind]:
    return list(_kinds.values())


def kind_of(stream_key: str) -> StreamKind:
    """Raises Http404 where no stream can have that key."""
    kind = _kinds.get(stream_key.partition(":")[0])
    if kind is None:
        raise Http404("There is no such stream.")
    return kind


def name_key(stream_key: str) -> str:
    kind = _kinds.get(stream_key.partition(":")[0])
    return kind.name_key if kind else "event"
