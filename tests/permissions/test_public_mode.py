"""With PUBLIC_MODE strangers may list, and are shown what is public."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from .actors import ACTORS, STANDING, Place
from .asking import ask, refusal_of
from .needs import Door, Need, Route
from .rows import ROUTES
from .rules import INVALID, expected
from .world import World

NOBODY = ACTORS[0]
LISTS = [pytest.param(route, id=f"/{route.address}") for route in ROUTES if Need.LISTED in (*route.needs.values(),)]


@pytest.fixture(autouse=True)
def _public_mode(settings: LazySettings) -> None:
    settings.PUBLIC_MODE = True


@pytest.mark.parametrize("route", LISTS)
def test_lists_show_strangers_what_is_public_and_nothing_else(world: World, route: Route) -> None:
    answer, _ = ask(world, NOBODY, route, "GET", Place.PRIVATE)
    assert answer.status_code == 200
    shown = {place for place in STANDING if world.ids[place]["transcript_id"] in answer.content.decode()}
    assert shown == {Place.PUBLIC}


@pytest.mark.parametrize("route", LISTS)
def test_a_key_that_does_not_work_is_refused_all_the_same(world: World, route: Route) -> None:
    for actor in ACTORS:
        if not actor.works and route.door is Door.API:
            assert refusal_of(ask(world, actor, route, "GET", Place.PRIVATE)[0], route.door) == INVALID


def test_it_opens_nothing_else(world: World) -> None:
    wanted, found = {}, {}
    for route in ROUTES:
        for method, need in route.needs.items():
            if need is not Need.LISTED:
                answer, _ = ask(world, NOBODY, route, method, Place.PRIVATE)
                wanted[method, route.address] = expected(need, method, route.door, NOBODY, Place.PRIVATE)
                found[method, route.address] = refusal_of(answer, route.door)
    assert found == wanted
