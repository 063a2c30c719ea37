"""Every address, asked by everybody, about transcripts that are shared more or less."""

from __future__ import annotations

import pytest

from .actors import ACTORS, Actor, Place
from .asking import Done, ask, ask_twice, of_status, refusal_of
from .needs import Door, Route
from .routes import of_staff
from .rows import ROUTES
from .rules import OF_TRANSCRIPTS, STAFF_SIGN_IN, expected
from .world import World, filled

CASES = [pytest.param(route, method, id=f"{method} /{route.address}") for route in ROUTES for method in route.needs]
FEW = ACTORS[:4]  # for what makes a difference to nobody
Answers = dict[tuple[str, str], object]  # by the names of actor and place


def asked(route: Route, method: str) -> list[tuple[Actor, Place]]:
    """Everybody, about every transcript; about one where they make no difference."""
    places = list(Place) if route.needs[method] in OF_TRANSCRIPTS else [Place.PRIVATE]
    return [(actor, place) for actor in (FEW if route.door is Door.PLAIN else ACTORS) for place in places]


@pytest.mark.parametrize(("route", "method"), CASES)
def test_who_is_let_in_and_with_what_words_the_others_are_refused(world: World, route: Route, method: str) -> None:
    wanted: Answers = {}
    found: Answers = {}
    for actor, place in asked(route, method):
        answer, done = ask(world, actor, route, method, place)
        key = (actor.name, place.value)
        wanted[key] = expected(route.needs[method], method, route.door, actor, place)
        found[key] = refusal_of(answer, route.door)
        if wanted[key] is not None:
            assert done == Done(), f"{key} was refused, and yet it changed something or told somebody."
        assert answer.status_code < 500, f"{key}: {answer.status_code}"
    assert found == wanted


@pytest.mark.parametrize(
    "route", [pytest.param(route, id=f"/{route.address}") for route in ROUTES if "GET" in route.needs]
)
def test_head_needs_what_get_needs(world: World, route: Route) -> None:
    wanted: Answers = {}
    found: Answers = {}
    for actor, place in asked(route, "GET"):
        if actor not in FEW:
            continue
        answer, _ = ask(world, actor, route, "HEAD", place)
        if answer.status_code == 405:  # some pages do not answer HEAD
            continue
        refusal = expected(route.needs["GET"], "GET", route.door, actor, place)
        key = (actor.name, place.value)
        wanted[key] = refusal.status if refusal and refusal.status != 404 else None
        found[key] = of_status(answer)
    assert found == wanted


def test_the_admin_site_is_for_the_staff(world: World) -> None:
    for address in of_staff():
        path = "/" + filled(address, {"content_type_id": "1", "object_id": "1", "id": "1"})
        for actor in ACTORS:
            answers = [refusal_of(answer, Door.PAGE) for answer in ask_twice(world, actor, path)]
            if actor.is_admin and not actor.has_key:
                assert STAFF_SIGN_IN not in answers, path
            elif address not in ("admin/login/", "admin/logout/"):
                assert answers == [STAFF_SIGN_IN] * 2, path
