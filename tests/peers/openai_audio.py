"""A speech server on localhost with OpenAI's `/v1/audio/transcriptions`, over real HTTP, without a model.

It reads the audio it is sent and says one word of a script for each half second of it. What goes wrong is chosen per
test: `behaviour` is a name out of `BEHAVIOURS` or a function from `Request` to `Reply`.

    with OpenAIAudioPeer() as peer:
        peer.behaviour = "busy"
        engine = OpenAITranscriber({"url": peer.url, "key": KEY})
"""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Callable, Mapping
from typing import Any

from tests.peers.server import Peer, Reply, Request

PATH = "/v1/audio/transcriptions"
KEY = "sk-test"
SCRIPT = ["The", "price", "is", "fine.", "Who", "tells", "Bob?"]
WORD_SECONDS = 0.5

Answering = Callable[[Request], Reply]


class OpenAIAudioPeer(Peer):
    """Refuses what OpenAI would refuse: another key, no file, no model."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.behaviour: str | Answering = "words"

    def _answer(self, request: Request) -> Reply:
        if callable(self.behaviour):
            return self.behaviour(request)
        if self.behaviour not in ("words", "segments", "text"):
            return BEHAVIOURS[self.behaviour](request)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "Incorrect API key provided.")
        if request.path != PATH:
            return _error(404, f"Invalid URL (POST {request.path})")
        if "file" not in request.form or "model" not in request.form:
            return _error(400, "you must provide a file and a model parameter")
        return Reply.of(spoken(request, what=self.behaviour))


def spoken(request: Request, *, what: str = "words") -> dict[str, Any]:
    """The answer to an upload: with words ("words"), with segments only ("segments"), or as plain text ("text")."""
    said = script(duration(request.form["file"][0]))
    text = " ".join(word for word, _ in said)
    if what == "text":
        return {"text": text}
    end = len(said) * WORD_SECONDS
    answer: dict[str, Any] = {"task": "transcribe", "language": "english", "duration": end, "text": text}
    answer["segments"] = [{"id": 0, "start": 0.0, "end": end, "text": f" {text}"}] if said else []
    if what == "words":
        # As OpenAI does it: no punctuation in the words.
        answer["words"] = [
            {"word": word.strip(".?"), "start": start, "end": start + WORD_SECONDS - 0.1} for word, start in said
        ]
    return answer


def script(seconds: float) -> list[tuple[str, float]]:
    """Words and the times at which they begin."""
    return [(SCRIPT[n % len(SCRIPT)], n * WORD_SECONDS) for n in range(int(seconds / WORD_SECONDS))]


def duration(audio: bytes) -> float:
    with wave.open(io.BytesIO(audio)) as file:
        return file.getnframes() / file.getframerate()


def _error(status: int, message: str) -> Reply:
    return Reply.of({"error": {"message": message, "type": "invalid_request_error"}}, status)


def _slow(request: Request) -> Reply:
    time.sleep(2)
    return Reply.of(spoken(request))


def _words(*words: Mapping[str, Any]) -> Answering:
    return lambda _: Reply.of({"text": "Hello", "words": list(words)})


BEHAVIOURS: Mapping[str, Answering] = {
    "broken": lambda _: _error(500, "The server had an error."),
    "busy": lambda _: _error(429, "Rate limit reached."),
    "refusing": lambda _: _error(400, "Unsupported language."),
    "page": lambda _: Reply(body=b"<html>Welcome to nginx!</html>", headers={"Content-Type": "text/html"}),
    "list": lambda _: Reply.of(["Hello"]),
    "no_text": lambda _: Reply.of({"results": []}),
    "bad_types": _words({"word": "Hello", "start": "soon", "end": None}),
    "not_a_number": lambda _: Reply(body=b'{"text": "Hello", "words": [{"word": "Hello", "start": NaN, "end": 1}]}'),
    "elsewhere": _words({"word": "Hello", "start": 100.0, "end": 101.0}),
    "backwards": _words({"word": "Hello", "start": 2.0, "end": 0.0}),
    "cut": lambda _: Reply(body=b'{"text": "Hello"}', cut_after=5),
    "endless": lambda _: Reply(body=b" " * (40 << 20)),
    "slow": _slow,
}
