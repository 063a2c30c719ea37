"""A way past ASGI for what goes to many sockets: uvicorn's WebSocket protocol that also takes whole frames.

ASGI sends one message to one socket per call, each encoded and awaited anew; for four hundred events to two hundred
sockets that is a core for seconds. Here a batch is encoded once and each socket gets all of it in a single write.
Started by `--ws reflector_site.events.direct:DirectSockets`. Under any other server sockets work too, one message at a
time.
"""

from __future__ import annotations

from typing import Any, cast

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

#: In `scope["extensions"]`: the connection itself.
EXTENSION = "reflector.direct"
#: Bytes that may wait in this process for one socket. What does not fit stays in the log.
MOST_WAITING = 128 * 1024
#: Pieces that a message may come in: empty ones would cost memory for ever without counting against its size.
MOST_PIECES = 256


class DirectSockets(WebSocketsSansIOProtocol):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=MOST_WAITING)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = cast("dict[object, object]", self)  # what it is typed as

    def connection_lost(self, exc: Exception | None) -> None:
        """Undo what made it hold itself, so that it is freed when it ends and not when the collector comes."""
        super().connection_lost(exc)
        if hasattr(self, "scope"):  # not where the handshake was refused
            self.scope["extensions"].pop(EXTENSION, None)
        self.conn.parser.close()  # a generator, whose frame holds the protocol's state

    def handle_ping(self) -> None:
        """A peer that asks and asks and never reads the answers is let go."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MOST_PIECES:
            self.transport.abort()
        else:
            super().handle_cont(event)

    def keepalive_timeout(self) -> None:
        """A peer that neither answers nor reads would keep a connection that is closed politely open for ever."""
        super().keepalive_timeout()
        self.transport.abort()

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.close":
            self.loop.call_later(self.close_timeout, self.transport.abort)

    # --- for outlets

    @property
    def is_open(self) -> bool:
        return not (self.close_sent or self.disconnected or self.transport.is_closing())

    @property
    def has_room(self) -> bool:
        return self.writable.is_set()

    def write(self, frames: bytes) -> None:
        """Whole WebSocket frames. Messages sent by ASGI come before or after them, never in between."""
        if self.is_open:
            self.transport.write(frames)

    async def drained(self) -> None:
        await self.writable.wait()

    def abort(self) -> None:
        """Close without a word: the peer does not read."""
        self.transport.abort()
