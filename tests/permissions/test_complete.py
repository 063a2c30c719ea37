"""Every address that the site knows has its row, and every row its address."""

from __future__ import annotations

import pytest

from .actors import ACTORS, Actor, Place
from .needs import Route
from .routes import addresses, methods_of, sockets
from .rows import ROUTES, SOCKETS
from .world import World

OWNER = next(actor for actor in ACTORS if actor.name == "the owner")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_every_address_has_its_row() -> None:
    rows = [route.address for route in ROUTES]
    assert sorted(rows) == sorted(set(addresses()))


def test_every_method_of_a_class_of_views_has_its_place_in_the_row() -> None:
    known = addresses()
    found = {route.address: methods_of(known[route.address]) for route in ROUTES}
    assert {address: methods for address, methods in found.items() if methods is not None} == {
        route.address: set(route.needs) for route in ROUTES if found[route.address] is not None
    }


@pytest.mark.parametrize(
    "route",
    [pytest.param(route, id=f"/{route.address}") for route in ROUTES if methods_of(addresses()[route.address]) is None],
)
def test_a_function_answers_no_method_that_its_row_does_not_name(world: World, route: Route) -> None:
    client = world.client(OWNER)
    path = world.path(route, Place.PRIVATE)
    unknown = {
        method: getattr(client, method.lower())(path).status_code for method in METHODS if method not in route.needs
    }
    assert unknown == dict.fromkeys(unknown, 405)


def test_every_socket_has_its_row() -> None:
    assert {socket.address for socket in SOCKETS} == sockets()


def test_the_actors_differ() -> None:
    assert len({actor.name for actor in ACTORS}) == len(ACTORS)
    assert isinstance(OWNER, Actor)
