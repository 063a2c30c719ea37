"""The one door to aiortc: an offer in, an answer out, then Opus packets as they arrive. Nothing is decoded."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable

from aiortc import RTCDataChannel, RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription
from aiortc.codecs import get_capabilities
from aiortc.rtp import RtpPacket
from aiortc.sdp import SessionDescription

from . import network
from .arrivals import Arrival
from .refusals import Refused

#: More addresses than a browser has; each is asked whether it can be reached.
_MOST_CANDIDATES = 40
#: Seconds that reading an offer and gathering our own addresses may take. aioice waits 5 for a STUN server.
_PATIENCE = 10.0
_OPUS = [codec for codec in get_capabilities("audio").codecs if codec.mimeType == "audio/opus"]
_NO_AUDIO = "The offer sends no audio. Add the track of a microphone before making it."
_NOT_AN_OFFER = "This is not an SDP offer that can be answered. Send what createOffer() of a browser gave."


class Peer:
    """A client that sends its microphone. `heard` is called with every packet, `changed` when something happened."""

    def __init__(self, *, heard: Callable[[Arrival], None], changed: Callable[[], None]) -> None:
        self._heard = heard
        self._changed = changed
        self._connection = RTCPeerConnection(network.configuration())
        self._connection.on("connectionstatechange", changed)
        self._connection.on("datachannel", self._open_channel)
        self.stop_wanted = False

    async def answer(self, sdp: str) -> str:
        """The SDP that answers the offer: its first audio is taken, all else is declined. Raises Refused."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._answer(_readable(sdp))
        except Refused:
            raise
        except TimeoutError:
            raise Refused("The recorder could not find out its own addresses in time. Try again.", 503) from None
        except Exception as error:  # aiortc raises whatever its parsing runs into
            raise Refused(_NOT_AN_OFFER) from error

    @property
    def state(self) -> str:
        """new, connecting, connected, failed or closed."""
        return str(self._connection.connectionState)

    async def close(self) -> None:
        await self._connection.close()

    async def _answer(self, sdp: str) -> str:
        microphone = self._connection.addTransceiver("audio", direction="recvonly")
        microphone.setCodecPreferences(_OPUS)
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        if microphone.receiver.track is None:
            raise Refused(_NO_AUDIO)
        for other in self._connection.getTransceivers():
            if other is not microphone:
                other.direction = "inactive"
        _undecoded(microphone.receiver, self._hear)
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        try:
            return await network.advertised(self._connection.localDescription.sdp)
        except OSError as error:
            raise Refused(f"WEBRTC_HOST cannot be resolved ({error.strerror}).", 503) from error

    def _hear(self, packet: RtpPacket) -> None:
        self._heard(
            Arrival(packet.ssrc, packet.sequence_number, packet.timestamp, bytes(packet.payload), time.monotonic())
        )

    def _open_channel(self, channel: RTCDataChannel) -> None:
        """`{"cmd": "STOP"}` ends the recording; "ping…" is answered with "pong…"."""

        @channel.on("message")
        def on_message(message: str | bytes) -> None:
            if isinstance(message, str) and message.startswith("ping"):
                channel.send("pong" + message[4:])
            elif _is_stop(message):
                self.stop_wanted = True
                self._changed()


def _readable(sdp: str) -> str:
    """The offer without names of the local network (mDNS), which only machines beside the client could look up."""
    lines = [line for line in sdp.splitlines() if not (line.startswith("a=candidate:") and ".local " in line)]
    if sum(line.startswith("a=candidate:") for line in lines) > _MOST_CANDIDATES:
        raise Refused(f"The offer names more than {_MOST_CANDIDATES} addresses.")
    shorter = "\r\n".join(lines) + "\r\n"
    media = SessionDescription.parse(shorter).media
    if not media:
        raise Refused(_NOT_AN_OFFER)
    audio = next((one for one in media if one.kind == "audio"), None)
    if audio is None:
        raise Refused(_NO_AUDIO)
    if not any(codec.mimeType.lower() == "audio/opus" for codec in audio.rtp.codecs):
        raise Refused("The audio of the offer is not Opus, which every browser offers.")
    return shorter


def _is_stop(message: str | bytes) -> bool:
    try:
        command = json.loads(message)
    except ValueError:
        return False
    return isinstance(command, dict) and command.get("cmd") == "STOP"


def _undecoded(receiver: RTCRtpReceiver, hear: Callable[[RtpPacket], None]) -> None:
    """Have the receiver's packets as they come from the network, decrypted and not decoded.

    aiortc has no public way to them. The receiver goes on counting them for its reports to the sender. Its thread for
    decoding is ended with the first packet, before anything is decoded.
    """
    count = receiver._handle_rtp_packet  # noqa: SLF001

    async def take(packet: RtpPacket, arrival_time_ms: int) -> None:
        receiver._handle_disconnect()  # noqa: SLF001
        await count(packet, arrival_time_ms=arrival_time_ms)
        hear(packet)

    receiver._handle_rtp_packet = take  # type: ignore[method-assign]  # noqa: SLF001
