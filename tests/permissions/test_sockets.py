"""Every socket, opened by everybody on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed

from tests.reflector_site.events.conftest import direct_server  # noqa: F401 -- a fixture
from tests.reflector_site.events.live import Server, Site
from tests.reflector_site.events.live import Socket as Client

from .actors import ACTORS, Place
from .needs import Door, Socket
from .rows import SOCKETS
from .rules import OF_TRANSCRIPTS, expected
from .world import World, build

#: What a socket is closed with where HTTP answers with these.
CODES = {401: 4401, 403: 4403, 404: 4404}


@pytest.fixture
def site(direct_server: Server, transactional_db: None) -> Iterator[Site]:  # noqa: F811 -- the fixture
    found = Site(direct_server)
    yield found
    found.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.mark.parametrize("socket", [pytest.param(each, id=f"/{each.address}") for each in SOCKETS])
def test_who_may_watch(site: Site, world: World, socket: Socket) -> None:
    wanted, found = {}, {}
    for actor in ACTORS:
        for place in Place if socket.need in OF_TRANSCRIPTS else [Place.PRIVATE]:
            refusal = expected(socket.need, "GET", Door.API, actor, place)
            wanted[actor.name, place.value] = CODES[refusal.status] if refusal else None
            headers, cookie = dict(world.headers[actor.name]), world.cookies.get(actor.name, "")
            client = site.open(world.socket_path(socket, place), key="", cookie=cookie, headers=headers)
            found[actor.name, place.value] = code_of(client)
            client.close()
    assert found == wanted


def code_of(client: Client) -> int | None:
    """The code with which it was closed; None for one that answers."""
    try:
        client.say(type="ping")
        while client.next().get("type") != "pong":
            pass
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else 0
    return None
