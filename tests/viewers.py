"""Many WebSocket clients in one process, as light as they can be: what they receive is kept and read later.

A library's client costs more than the server that is tested. This one speaks just what is needed (RFC 6455): the
handshake, unfragmented text from the server, pongs for pings, and a close frame.
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from typing import cast

_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9


class Viewer(asyncio.Protocol):
    """One connection. `blocks` holds what came, each with the time at which it came (time.time())."""

    def __init__(self, path: str, headers: Mapping[str, str], on_data: Callable[[bytes], None]) -> None:
        self._path, self._headers = path, headers
        self.blocks: list[tuple[float, bytes]] = []
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._on_data = on_data
        self._head = b""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {self._path} HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in self._headers.items()),
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            self._head += data
            head, found, data = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self.opened.set_result(int(head.split(b" ", 2)[1]))
        if data:
            self.blocks.append((time.time(), data))
            if data[0] == 0x80 | _PING:
                self._send(0xA, data[2 : 2 + data[1]])
            self._on_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionResetError("closed before the handshake"))
        if not self.gone.done():
            self.gone.set_result(None)

    def say(self, text: str) -> None:
        self._send(_TEXT, text.encode())

    def _send(self, opcode: int, content: bytes) -> None:
        assert len(content) < 126
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[n % 4] for n, byte in enumerate(content))
        self.transport.write(bytes((0x80 | opcode, 0x80 | len(content))) + mask + masked)

    def close(self) -> None:
        self._send(_CLOSE, struct.pack("!H", 1000))

    def frames(self) -> Iterator[tuple[float, int, bytes]]:
        """(time, opcode, content) of everything that came, in order; a frame counts from when its last byte came."""
        buffer, place = b"", 0
        for at, block in self.blocks:
            buffer, place = buffer[place:] + block, 0
            while (found := _frame(buffer, place)) is not None:
                opcode, start, place = found
                yield at, opcode, buffer[start:place]

    def texts(self) -> Iterator[tuple[float, bytes]]:
        return ((at, content) for at, opcode, content in self.frames() if opcode == _TEXT)

    def close_code(self) -> int | None:
        found = [content for _, opcode, content in self.frames() if opcode == _CLOSE]
        return struct.unpack("!H", found[0][:2])[0] if found and found[0] else None


class Reader:
    """Takes texts out of what comes, as it comes."""

    def __init__(self) -> None:
        self._buffer = b""

    def texts(self, block: bytes) -> Iterator[bytes]:
        self._buffer, place = self._buffer + block, 0
        while (found := _frame(self._buffer, place)) is not None:
            opcode, start, place = found
            if opcode == _TEXT:
                yield self._buffer[start:place]
        self._buffer = self._buffer[place:]


def _frame(buffer: bytes, place: int) -> tuple[int, int, int] | None:
    """Opcode, start and end of the content of the frame at `place`; None while it is not whole."""
    if len(buffer) < place + 2:
        return None
    length, start = buffer[place + 1], place + 2
    if length == 126:
        start += 2
        length = int.from_bytes(buffer[place + 2 : start], "big")
    elif length == 127:
        start += 8
        length = int.from_bytes(buffer[place + 2 : start], "big")
    if len(buffer) < start + length:
        return None
    return buffer[place] & 0x0F, start, start + length


async def connect(
    port: int, path: str, headers: Mapping[str, str], on_data: Callable[[bytes], None] = lambda data: None
) -> Viewer:
    """Raises OSError while nobody listens, or when the server goes. `on_data` gets all that follows the handshake."""
    loop = asyncio.get_running_loop()
    _, viewer = await loop.create_connection(lambda: Viewer(path, headers, on_data), "127.0.0.1", port)
    await viewer.opened
    return viewer
