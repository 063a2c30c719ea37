"""The small parts: how fast one may speak, frames on the wire, rings, kinds of streams, and what uvicorn lends."""

from __future__ import annotations

import asyncio
import inspect
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import Http404
from drf_spectacular.generators import SchemaGenerator
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame as Parsed
from websockets.streams import StreamReader

from reflector_site.events import bell, messages, registry
from reflector_site.events.direct import DirectSockets
from reflector_site.events.frames import Batch, Frame, batches, encode
from reflector_site.events.outlets import QueuedOutlet
from reflector_site.events.pace import Pace
from reflector_site.events.payload import Payload
from transcripts import events, job_events, streams

# --- pace


def test_a_burst_and_then_so_many_a_second() -> None:
    now = 0.0
    pace = Pace(rate=2, burst=3, clock=lambda: now)
    assert [pace.allows() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [pace.allows() for _ in range(2)] == [True, False]
    now = 1000.0
    assert [pace.allows() for _ in range(4)] == [True, True, True, False]


# --- frames


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536, 200_000])
def test_a_library_reads_what_we_write(length: int) -> None:
    text = "é" + "x" * (length - 2) if length > 1 else "x" * length
    wire = Batch([Frame(1, "A", text), Frame(2, "B", "second")]).wire
    assert _parsed(wire) == [text, "second"]


def _parsed(wire: bytes) -> list[str]:
    reader = StreamReader()
    reader.feed_data(wire)
    reader.feed_eof()
    found = []
    while True:
        at_end = reader.at_eof()
        try:
            next(at_end)
        except StopIteration as end:
            if end.value:
                return found
        parsing = Parsed.parse(reader.read_exact, mask=False, max_size=None)
        try:
            next(parsing)
        except StopIteration as end:
            frame = end.value
            assert frame.fin
            found.append(bytes(frame.data).decode())


def test_an_event_is_json_with_the_name_under_its_key() -> None:
    at = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    logged = encode(key="type", name="complete", data='{"a":1}', stream='"x"', seq=3, at=at)
    assert logged.text == '{"type":"complete","data":{"a":1},"stream":"\\"x\\"","seq":3,"at":"2026-05-04T03:02:01Z"}'
    assert '"seq"' not in encode(key="event", name="X", data="{}", stream="a", seq=None, at=at).text


def test_batches_keep_the_order_and_a_bounded_size() -> None:
    frames = [Frame(n, "X", "x" * size) for n, size in enumerate([10, 30_000, 30_000, 30_000, 200_000, 5, 5])]
    made = list(batches(frames))
    assert [[frame.seq for frame in batch.frames] for batch in made] == [[0, 1, 2], [3], [4], [5, 6]]
    assert list(batches([])) == []


# --- bell


def test_rings_as_they_are_heard(lost_rings: list[str]) -> None:
    bell.ring("transcript:x", Frame(7, "STATUS", '{"a":\n1}'))
    bell.ring("transcript:x", Frame(None, "PROGRESS", "{}"))
    bell.ring("transcript:x", Frame(8, "TOPIC", "x" * (bell.MOST_CARRIED + 1)))
    bell.ring("transcript:x", Frame(None, "PROGRESS", "x" * (bell.MOST_CARRIED + 1)))  # lost without harm
    bell.ring_for_check("transcript:x")
    assert [bell._heard(message.encode()) for message in lost_rings] == [
        bell.Ring("transcript:x", 7, Frame(7, "STATUS", '{"a":\n1}')),
        bell.Ring("transcript:x", None, Frame(None, "PROGRESS", "{}")),
        bell.Ring("transcript:x", 8, None),
        bell.Ring("transcript:x", None, None, check=True),
    ]


@pytest.mark.parametrize("message", [b"", b"\xff", b"a b\n", b"a 1 b c\n", b"a x B\n{}"])
def test_what_is_no_ring(message: bytes) -> None:
    assert bell._heard(message) is None


# --- a queue


async def test_a_queue_says_when_it_has_no_room_and_gives_all_it_has() -> None:
    outlet = QueuedOutlet()
    batch = Batch([Frame(n, "X", "") for n in range(QueuedOutlet.MOST)])
    assert outlet.write(batch)
    assert not outlet.write(batch)
    outlet.close()
    assert [frame.seq async for frame in outlet] == list(range(QueuedOutlet.MOST))
    assert await outlet.next() is None


async def test_a_queue_has_room_again_when_half_is_taken() -> None:
    outlet = QueuedOutlet()
    outlet.write(Batch([Frame(n, "X", "") for n in range(QueuedOutlet.MOST)]))
    waiting = asyncio.ensure_future(outlet.drained())
    for _ in range(QueuedOutlet.MOST // 2):
        await outlet.next()
    assert not waiting.done()
    await outlet.next()
    await asyncio.wait_for(waiting, 1)


# --- kinds of streams


def test_a_kind_is_registered_once() -> None:
    with pytest.raises(ValueError, match="transcript"):
        registry.register(streams.TRANSCRIPT)


def test_a_stream_of_no_kind() -> None:
    with pytest.raises(Http404):
        registry.kind_of("nothing:1")
    assert registry.name_key("nothing:1") == "event"
    assert registry.name_key("transcript:1") == "event"


def test_every_payload_travels_on_some_stream() -> None:
    modules = (events, job_events)
    classes = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    declared = {each for each in classes if issubclass(each, Payload) and hasattr(each, "event")}
    travelling = {payload for kind in registry.kinds() for payload in kind.payloads}
    assert declared - travelling == set()


def test_what_replaced_clients_know_exists() -> None:
    for kind in registry.kinds():
        names = {payload.event for payload in kind.payloads}
        assert len(names) == len(kind.payloads)
        for known in (kind.known, kind.replayed, kind.endings):
            assert (known or frozenset()) <= names


# --- the published schema


@pytest.mark.django_db
def test_both_unions_say_how_to_tell_their_members_apart() -> None:
    schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    kinds = {kind.union: kind for kind in registry.kinds()}
    assert {"TranscriptEvent", "UserEvent"} <= kinds.keys()
    for name, kind in kinds.items():
        discriminator = schemas[name]["discriminator"]
        names = {payload.event for payload in (*kind.payloads, messages.Reset)}
        assert discriminator["propertyName"] == kind.name_key
        assert discriminator["mapping"].keys() == names
        members = {member["$ref"] for member in schemas[name]["oneOf"]}
        assert members == set(discriminator["mapping"].values())
        for reference in members:
            assert reference.rpartition("/")[2] in schemas
        assert schemas[f"{name}Log"]["required"] == ["events", "seq", "reset", "more"]
    for name in ("ClientMessage", "ServerMessage"):
        assert schemas[name]["discriminator"]["propertyName"] == "type"


# --- uvicorn


def test_uvicorn_still_has_what_we_write_past() -> None:
    """A new version may call these differently: then direct.py has to change with it."""
    made = inspect.getsource(WebSocketsSansIOProtocol)
    lent: dict[str, Any] = {
        "connection_made": ["self", "transport"],
        "handle_connect": ["self", "event"],
        "handle_cont": ["self", "event"],
        "handle_ping": ["self"],
        "keepalive_timeout": ["self"],
        "send": ["self", "message"],
        "pause_writing": ["self"],
        "resume_writing": ["self"],
    }
    for name, parameters in lent.items():
        method = getattr(WebSocketsSansIOProtocol, name, None)
        assert method is not None, f"uvicorn's protocol has no {name} any more"
        assert list(inspect.signature(method).parameters) == parameters, name
    for attribute in ("transport", "writable", "close_sent", "disconnected", "close_timeout", "frames", "loop"):
        assert f"self.{attribute}" in made, f"uvicorn's protocol has no {attribute} any more"
    assert "await self.writable.wait()" in made, "ASGI messages no longer wait for room"
    assert {"connection_made", "handle_connect", "handle_ping", "send"} <= vars(DirectSockets).keys()
