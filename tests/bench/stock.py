"""Channels as its documentation shows it: one group for the stream, and for each socket a consumer with a queue."""

from __future__ import annotations

import re
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels_redis.pubsub import RedisPubSubChannelLayer

from reflector_site import embedded


def layer() -> RedisPubSubChannelLayer:
    return RedisPubSubChannelLayer(hosts=[embedded.ensure().redis_url])


def group_of(stream: str) -> str:
    return re.sub(r"[^a-zA-Z0-9.-]", "-", stream)


class Consumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    channel_layer_alias = "stock"

    async def connect(self) -> None:
        self.group = group_of(self.scope["query_string"].decode())
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def passed_on(self, message: dict[str, Any]) -> None:
        await self.send(text_data=message["text"])
