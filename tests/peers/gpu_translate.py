"""A translation server on localhost with the contract of Reflector's GPU service, without a model.

It answers `en:fr:Good morning` for "Good morning" from English into French. `reads` says where it finds the languages:
"body" as the self-hosted service does, or "query" as others do; what is not there is English into French, as in the
real ones. `behaviour` is what goes wrong, or a list of these, used one after the other, the last one from then on.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from tests.peers.server import Peer, Reply, Request

KEY = "gpu-test"
PAIRS = frozenset({("en", "fr"), ("fr", "en"), ("en", "de"), ("en", "es"), ("en", "ar")})
DEFAULTS = {"source_language": "en", "target_language": "fr"}
SPANISH = "Tenemos que ver lo que es el presupuesto de este año, y que no se gaste más de lo que hay en la caja."
REFUSALS = {"error_500": 500, "rate_limited": 429, "unavailable": 503, "refused": 400, "invalid": 422}


class GpuTranslatePeer(Peer):
    """`pairs`: what it knows; anything else is silently translated from English into French."""

    def __init__(self, *, reads: str = "body") -> None:
        super().__init__(self._answer)
        self.reads = reads
        self.pairs = PAIRS
        self.behaviour: str | Sequence[str] = "good"
        self.slowness = 0.0  # seconds before each answer
        self.retry_after: str | None = "0"
        self.closing = threading.Event()

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        super().__exit__(*exception)

    @property
    def texts(self) -> list[str]:
        """What it was asked to translate, in order."""
        return [request.query["text"] for request in self.requests]

    def _answer(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return Reply.of({"detail": "Invalid API key"}, 401)
        if request.method != "POST" or request.path != "/translate":
            return Reply.of({"detail": "Not Found"}, 404)
        if "text" not in request.query:
            return Reply.of({"detail": [{"loc": ["query", "text"], "msg": "Field required"}]}, 422)
        self.closing.wait(self.slowness)
        behaviour = self._next()
        if behaviour in REFUSALS:
            headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
            return Reply(REFUSALS[behaviour], b'{"detail": "The GPU is busy"}', headers)
        return self._translated(request, behaviour)

    def _translated(self, request: Request, behaviour: str) -> Reply:
        text, (source, target) = request.query["text"], self._pair(request)
        answer = {source: text, target: f"{source}:{target}:{text}"}
        match behaviour:
            case "garbage":
                return Reply(body=b"<html>Welcome to nginx!</html>")
            case "wrong_shape":
                return Reply.of({"translation": answer[target]})
            case "wrong_language":
                return Reply.of({"text": {source: text, "xx": "xx"}})
            case "other_text":
                return Reply.of({"text": {source: "Something else", target: "Autre chose"}})
            case "spanish":
                return Reply.of({"text": {source: text, target: SPANISH}})
            case "empty":
                return Reply.of({"text": {source: text, target: " "}})
            case "cut":
                return Reply(body=b'{"text": {"en": "' + b" " * 500, cut_after=20)
        return Reply.of({"text": answer})

    def _pair(self, request: Request) -> tuple[str, str]:
        found = request.query if self.reads == "query" else request.json
        languages = {**DEFAULTS, **{name: found[name] for name in DEFAULTS if name in found}}
        pair = (languages["source_language"], languages["target_language"])
        return pair if pair in self.pairs else ("en", "fr")

    def _next(self) -> str:
        if isinstance(self.behaviour, str):
            return self.behaviour
        first, *rest = self.behaviour
        self.behaviour = rest or [first]
        return first
