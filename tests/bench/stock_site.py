"""The site with one address more, `/stock?STREAM`, which works as stock Channels does."""

from __future__ import annotations

from typing import Any

from reflector_site.asgi import application as site

from channels.layers import channel_layers  # isort: skip -- needs the settings, which the line above prepares
from tests.bench.stock import Consumer, layer  # isort: skip -- as above

channel_layers.set("stock", layer())
_consumer = Consumer.as_asgi()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket" and scope["path"] == "/stock":
        return await _consumer(scope, receive, send)
    return await site(scope, receive, send)
