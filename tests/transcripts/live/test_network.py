"""Which ports a recorder takes, and which address its answers name."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
from aiortc import RTCPeerConnection
from aiortc.sdp import SessionDescription
from django.conf import LazySettings

from transcripts.live import network
from transcripts.live.network import RecorderLoop

T = TypeVar("T")


def in_recorder(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=RecorderLoop) as runner:
        return runner.run(work)


async def bound() -> int:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    try:
        return int(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


async def candidates() -> list[tuple[str, int]]:
    """Of an offer of our own, as its answers would name them."""
    connection = RTCPeerConnection(network.configuration())
    try:
        connection.addTransceiver("audio", direction="recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        description = SessionDescription.parse(await network.advertised(connection.localDescription.sdp))
        return [(one.ip, one.port) for media in description.media for one in media.ice_candidates]
    finally:
        await connection.close()


def test_ports_are_of_the_range(settings: LazySettings) -> None:
    settings.WEBRTC_PORT_RANGE = (47_200, 47_299)
    assert 47_200 <= in_recorder(bound()) <= 47_299
    found = in_recorder(candidates())
    assert found
    assert all(47_200 <= port <= 47_299 for _, port in found)


def test_when_all_ports_are_taken_it_says_so(settings: LazySettings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        settings.WEBRTC_PORT_RANGE = (port, port)
        with pytest.raises(OSError, match=f"All ports from {port} to {port} "):
            in_recorder(bound())


def test_without_a_range_any_port_does(settings: LazySettings) -> None:
    settings.WEBRTC_PORT_RANGE = None
    assert in_recorder(bound()) > 0


def test_the_host_that_was_configured_is_named_instead_of_our_own(settings: LazySettings) -> None:
    settings.WEBRTC_PORT_RANGE = None
    settings.WEBRTC_HOST = "198.51.100.7"
    found = in_recorder(candidates())
    assert found
    assert {ip for ip, _ in found} == {"198.51.100.7"}


def test_a_name_is_looked_up(settings: LazySettings) -> None:
    settings.WEBRTC_HOST = "localhost"
    assert {ip for ip, _ in in_recorder(candidates())} == {"127.0.0.1"}


def test_nobody_is_asked_who_was_not_configured(settings: LazySettings) -> None:
    settings.WEBRTC_ICE_SERVERS = []
    assert network.configuration().iceServers == []


def test_the_turn_server_gets_its_name_and_password(settings: LazySettings) -> None:
    settings.WEBRTC_ICE_SERVERS = ["stun:stun.example.org", "turn:turn.example.org:3478?transport=tcp"]
    settings.WEBRTC_TURN_USERNAME, settings.WEBRTC_TURN_PASSWORD = "reflector", "secret"
    stun, turn = network.configuration().iceServers or []
    assert (stun.urls, stun.username, stun.credential) == ("stun:stun.example.org", None, None)
    assert (turn.username, turn.credential) == ("reflector", "secret")
