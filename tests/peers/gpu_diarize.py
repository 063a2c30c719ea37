"""A speaker server on localhost with the contract of Reflector's GPU service, without a model.

Like the real one it fetches the audio itself and adds the timestamp it is told; it also takes an upload. Two people
take turns of a second each, numbered 7 and 3, so that a test sees whether numbers are taken as they come.
"""

from __future__ import annotations

from urllib.request import urlopen

from tests.peers.openai_audio import duration
from tests.peers.server import Peer, Reply, Request

KEY = "gpu-test"
SPEAKERS = (7, 3)


class GpuDiarizePeer(Peer):
    def __init__(self) -> None:
        super().__init__(_answer)


def _answer(request: Request) -> Reply:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        return Reply.of({"detail": "Invalid API key"}, 401)
    if request.path != "/diarize":
        return Reply.of({"detail": "Not Found"}, 404)
    return Reply.of({"diarization": _turns(_audio(request), offset=float(request.query.get("timestamp", 0.0)))})


def _audio(request: Request) -> bytes:
    if "audio_file_url" not in request.query:
        return request.form["file"][0]
    with urlopen(request.query["audio_file_url"]) as file:
        audio: bytes = file.read()
    return audio


def _turns(audio: bytes, *, offset: float) -> list[dict[str, float | int]]:
    return [
        {"start": offset + second, "end": offset + second + 1, "speaker": SPEAKERS[second % 2]}
        for second in range(int(duration(audio)))
    ]
