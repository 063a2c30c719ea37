"""A speech server on localhost with the contract of Reflector's GPU service, without a model.

Like the real one it takes an upload or fetches the audio itself, adds the offset it is told, and gives words that carry
their leading space. It says one word of a script for each half second of the audio.
"""

from __future__ import annotations

from typing import Any
from urllib.request import urlopen

from tests.peers.openai_audio import WORD_SECONDS, duration, script
from tests.peers.server import Peer, Reply, Request

KEY = "gpu-test"
UPLOAD = "/v1/audio/transcriptions"
FROM_URL = "/v1/audio/transcriptions-from-url"


class GpuAudioPeer(Peer):
    """English only, as its Parakeet service is: another language is refused."""

    def __init__(self) -> None:
        super().__init__(_answer)


def _answer(request: Request) -> Reply:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        return Reply.of({"detail": "Invalid API key"}, 401)
    if request.path == UPLOAD:
        return _upload(request)
    if request.path == FROM_URL:
        return _from_url(request)
    return Reply.of({"detail": "Not Found"}, 404)


def _upload(request: Request) -> Reply:
    form = request.form
    if "file" not in form and "files" not in form:
        return Reply.of({"detail": "Either 'file' or 'files' parameter is required"}, 400)
    if form["language"][0] != b"en":
        return Reply.of({"detail": "Parakeet only supports English"}, 400)
    return Reply.of({**_said(form["file"][0], offset=0.0), "filename": "piece.wav"})


def _from_url(request: Request) -> Reply:
    asked = request.json
    with urlopen(asked["audio_file_url"]) as file:
        return Reply.of(_said(file.read(), offset=asked.get("timestamp_offset", 0.0)))


def _said(audio: bytes, *, offset: float) -> dict[str, Any]:
    said = script(duration(audio))
    words = [
        {"word": f" {word}", "start": offset + start, "end": offset + start + WORD_SECONDS} for word, start in said
    ]
    return {"text": "".join(str(word["word"]) for word in words), "words": words}
