"""A Zulip server on localhost, as far as a bot needs it: streams, topics, and messages that can be sent and changed.

It checks the bot's name and key, takes forms as Zulip does, and refuses in Zulip's words. Set `fail` to have the next
answers be something else.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from .server import Peer, Reply, Request

EMAIL, KEY = "reflector-bot@chat.example.org", "b0tk3y"


@dataclass
class Message:
    stream: str
    topic: str
    content: str
    edits: int = 0


@dataclass
class ZulipPeer:
    streams: dict[int, str] = field(default_factory=lambda: {7: "meetings", 3: "general"})
    messages: dict[int, Message] = field(default_factory=dict)
    fail: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.peer = Peer(self._answer)

    @property
    def url(self) -> str:
        return self.peer.url

    @property
    def requests(self) -> list[Request]:
        return self.peer.requests

    def __enter__(self) -> ZulipPeer:
        self.peer.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.peer.__exit__(*error)

    def _answer(self, request: Request) -> Reply:
        if self.fail:
            return self.fail.pop(0)
        given = request.headers.get("authorization", "")
        if given != "Basic " + base64.b64encode(f"{EMAIL}:{KEY}".encode()).decode():
            return refuse("Invalid API key", code="UNAUTHORIZED", status=401)
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        match request.method, request.path.removeprefix("/api/v1/").split("/"):
            case "GET", ["streams"]:
                found = [{"stream_id": number, "name": name} for number, name in self.streams.items()]
                return succeed(streams=found)
            case "GET", ["users", "me", number, "topics"]:
                return self._topics(int(number))
            case "POST", ["messages"]:
                return self._send(form)
            case "PATCH", ["messages", number]:
                return self._change(int(number), form)
        return refuse("Not found", status=404)

    def _topics(self, number: int) -> Reply:
        if number not in self.streams:
            return refuse("Invalid channel ID")
        name = self.streams[number]
        newest = {m.topic: key for key, m in sorted(self.messages.items()) if m.stream == name}
        topics = [{"name": topic, "max_id": key} for topic, key in sorted(newest.items(), key=lambda pair: -pair[1])]
        return succeed(topics=topics)

    def _send(self, form: dict[str, str]) -> Reply:
        if form.get("type") != "stream" or not form.get("content"):
            return refuse("Missing 'content' argument", code="REQUEST_VARIABLE_MISSING")
        if form["to"] not in self.streams.values():
            return refuse(f"Channel '{form['to']}' does not exist", code="STREAM_DOES_NOT_EXIST")
        number = 100 + len(self.messages)
        self.messages[number] = Message(form["to"], form["topic"], form["content"])
        return succeed(id=number)

    def _change(self, number: int, form: dict[str, str]) -> Reply:
        if number not in self.messages:
            return refuse("Invalid message(s)")
        message = self.messages[number]
        message.topic, message.content = form["topic"], form["content"]
        message.edits += 1
        return succeed()


def succeed(**fields: Any) -> Reply:
    return Reply.of({"result": "success", "msg": "", **fields})


def refuse(message: str, *, code: str = "BAD_REQUEST", status: int = 400) -> Reply:
    return Reply.of({"result": "error", "msg": message, "code": code}, status)
