"""WebSocket handshakes as an ASGI server hands them over."""

from __future__ import annotations

from typing import Any


def handshake(
    *subprotocols: str, headers: tuple[tuple[str, str], ...] = (), scheme: str = "ws", host: str | None = "localhost"
) -> dict[str, Any]:
    """A scope; `host` None: without that header."""
    every = (*((("Host", host),) if host is not None else ()), *headers)
    return {
        "type": "websocket",
        "scheme": scheme,
        "path": "/v1/events",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in every],
        "subprotocols": list(subprotocols),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 50000),
    }
