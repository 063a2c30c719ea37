"""A client that sends a microphone over WebRTC, as the one of the replaced system does: an offer, then real UDP."""

from __future__ import annotations

import asyncio
import fractions
import threading
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import av
import httpx
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

T = TypeVar("T")
RATE, FRAME = 48_000, 960


def spoken(path: Path) -> Iterator[AudioFrame]:
    """The recording in frames of 20 ms, over and over."""
    while True:
        resampler = AudioResampler(format="s16", layout="stereo", rate=RATE, frame_size=FRAME)
        with av.open(str(path)) as container:
            for frame in container.decode(audio=0):
                yield from (found for found in resampler.resample(frame) if found.samples == FRAME)


class Voice(MediaStreamTrack):
    """Plays a recording at the pace of a microphone."""

    kind = "audio"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._frames = spoken(path)
        self._sent = 0
        self._began: float | None = None

    async def recv(self) -> AudioFrame:
        self._began = self._began or time.monotonic()
        await asyncio.sleep(max(0.0, self._began + self._sent * FRAME / RATE - time.monotonic()))
        frame = next(self._frames)
        frame.pts, frame.time_base = self._sent * FRAME, fractions.Fraction(1, RATE)
        self._sent += 1
        return frame


class Microphone:
    """`offer` makes the SDP, `record` posts it and connects. The rest are ways in which it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def offer(self) -> str:
        return self.do(self._offer())

    def record(self, client: httpx.Client, transcript: str) -> httpx.Response:
        """Connect, and return when sound flows; or the answer that refuses."""
        answer = client.post(f"/v1/transcripts/{transcript}/record/webrtc", json={"sdp": self.offer(), "type": "offer"})
        if answer.status_code == 200:
            self.do(self._accept(answer.json()))
        return answer

    def say(self, text: str) -> str:
        """Send a message on the data channel, and return what was answered."""
        return self.do(self._say(text))

    def stop(self) -> None:
        """As the button of the replaced system's page does."""
        self.do(self._send('{"cmd": "STOP"}'))

    def close(self) -> None:
        """Say goodbye."""
        self.do(self.connection.close())
        self.vanish()

    def vanish(self) -> None:
        """As when the network goes away: nothing more is sent."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def forget(self) -> None:
        """Leave no task and no socket behind."""
        self.vanish()
        self._loop.run_until_complete(self._tidy())
        self._loop.close()

    @property
    def state(self) -> str:
        return self.connection.connectionState

    async def _tidy(self) -> None:
        if hasattr(self, "connection"):
            await self.connection.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _offer(self) -> str:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTrack(Voice(self._path))
        self.channel = self.connection.createDataChannel("simple-peer")
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.channel.on("message", self.heard.put_nowait)
        self.opened = asyncio.Event()
        self.channel.on("open", self.opened.set)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def _accept(self, answer: dict[str, str]) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(**answer))
        await asyncio.wait_for(self.opened.wait(), 10)

    async def _say(self, text: str) -> str:
        self.channel.send(text)
        return await asyncio.wait_for(self.heard.get(), 10)

    async def _send(self, text: str) -> None:
        self.channel.send(text)
