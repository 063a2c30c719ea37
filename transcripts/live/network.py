"""Which addresses and ports a recorder uses, and what its answers call them."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import socket
from typing import Any

from aiortc import RTCConfiguration, RTCIceServer
from aiortc.sdp import SessionDescription
from django.conf import settings


class RecorderLoop(asyncio.SelectorEventLoop):
    """An event loop that takes ports for datagrams from WEBRTC_PORT_RANGE, where aioice asks for any port."""

    async def create_datagram_endpoint(  # type: ignore[override]
        self, protocol_factory: Any, local_addr: Any = None, **options: Any
    ) -> Any:
        if settings.WEBRTC_PORT_RANGE is None or local_addr is None or local_addr[1] != 0:
            return await super().create_datagram_endpoint(protocol_factory, local_addr=local_addr, **options)
        first, last = settings.WEBRTC_PORT_RANGE
        for port in random.sample(range(first, last + 1), last + 1 - first):
            try:
                return await super().create_datagram_endpoint(
                    protocol_factory, local_addr=(local_addr[0], port), **options
                )
            except OSError:
                continue
        raise OSError(f"All ports from {first} to {last} (WEBRTC_PORT_RANGE) are taken.")


def configuration() -> RTCConfiguration:
    """The STUN and TURN servers that were configured; none otherwise, where aiortc would ask Google's."""
    servers = [
        RTCIceServer(
            url,
            username=settings.WEBRTC_TURN_USERNAME if url.startswith("turn") else None,
            credential=settings.WEBRTC_TURN_PASSWORD if url.startswith("turn") else None,
        )
        for url in settings.WEBRTC_ICE_SERVERS
    ]
    return RTCConfiguration(iceServers=servers)


async def advertised(sdp: str) -> str:
    """The answer with WEBRTC_HOST in place of this machine's own addresses, where that is set.

    Candidates of the other family (IPv4, IPv6) are left out. Raises OSError when the name is not known.
    """
    if not settings.WEBRTC_HOST:
        return sdp
    host = await _resolved(settings.WEBRTC_HOST)
    version = ipaddress.ip_address(host).version
    description = SessionDescription.parse(sdp)
    for media in description.media:
        own = [one for one in media.ice_candidates if one.type == "host" and _version(one.ip) == version]
        for candidate in own:
            candidate.ip = host
        media.ice_candidates = own + [one for one in media.ice_candidates if one.type != "host"]
        media.host = host
    return str(description)


async def _resolved(name: str) -> str:
    found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_DGRAM)
    found.sort(key=lambda one: one[0] != socket.AF_INET)  # IPv4 first: what is forwarded to a machine usually is
    return str(found[0][4][0])


def _version(address: str) -> int:
    return ipaddress.ip_address(address.partition("%")[0]).version
