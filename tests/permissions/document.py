"""docs/permissions.md as the rows and rules have it: `python -m tests.permissions > docs/permissions.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .actors import ACTORS, STANDING, Actor, Place
from .needs import Door, Need
from .rows import ROUTES, SOCKETS, STAFF_BELOW
from .rules import Refusal, expected

HEAD = """# Who may do what

This page is printed from the data that tests/permissions asks every address and every socket with, as everybody; a new
address without its row there fails the tests. `.venv/bin/python -m tests.permissions > docs/permissions.md` prints it.

To read a transcript one must be its owner or an admin, or it must be shared: in a shared room or semi-private (with
everybody who is signed in), or public (with whoever has its address). To change it (edit, share, process, upload to,
record into, delete) one must be its owner or an admin. A key can do what its scopes say, and never more than its
owner; the powers of an admin need the scope `admin`. A key or token that does not work is refused even where none is
needed.

Addresses of the API refuse with a status and a sentence, pages send whoever is not signed in to the sign-in page, and
sockets close with 4401, 4403 or 4404 where HTTP answers 401, 403 or 404. A request that is refused changes nothing and
tells nobody.
"""

_SHOWN = (
    ("Read a transcript", Need.READ, "GET", STANDING),
    ("Change a transcript", Need.CHANGE, "POST", STANDING),
    ("Follow the job of a transcript", Need.JOB, "GET", STANDING),
    ("Cancel the job of a transcript", Need.JOB_CHANGE, "POST", STANDING),
)
_OTHERS = (
    ("look", Need.SIGNED_IN, "GET"),
    ("do", Need.SIGNED_IN, "POST"),
    ("manage the account", Need.ACCOUNT, "POST"),
)


def document() -> str:
    return "\n".join([HEAD, *_by_transcript(), *_others(), *_addresses(), *_sockets()])


def _by_transcript() -> Iterator[str]:
    for title, need, method, places in _SHOWN:
        yield f"## {title}\n"
        yield from _table(
            ("", *(place.value for place in places)),
            ((actor.name, *(_said(need, method, actor, place) for place in places)) for actor in ACTORS),
        )


def _others() -> Iterator[str]:
    yield "## What belongs to no transcript\n\nSuch as lists, one's own events, making a transcript, one's keys.\n"
    rows = (
        (actor.name, *(_said(need, method, actor, Place.PRIVATE) for _, need, method in _OTHERS)) for actor in ACTORS
    )
    yield from _table(("", *(title for title, _, _ in _OTHERS)), rows)


def _said(need: Need, method: str, actor: Actor, place: Place) -> str:
    refusal: Refusal | None = expected(need, method, Door.API, actor, place)
    return f"{refusal.status} {refusal.detail}" if refusal else "yes"


def _addresses() -> Iterator[str]:
    yield "## Every address\n"
    rows = [
        (method, f"`/{route.address}`", _name(route.needs[method]), route.door.name.lower())
        for route in ROUTES
        for method in route.needs
    ]
    yield from _table(("method", "address", "needs", "door"), [*rows, ("any", f"`/{STAFF_BELOW}…`", "staff", "page")])
    yield from _table(("need", "what it is"), ((_name(need), need.value) for need in Need))
    yield from _table(("door", "what it does"), ((door.name.lower(), door.value) for door in Door))


def _sockets() -> Iterator[str]:
    yield "## Every socket\n"
    yield from _table(("address", "needs"), ((f"`/{socket.address}`", _name(socket.need)) for socket in SOCKETS))


def _name(need: Need) -> str:
    return need.name.lower().replace("_", " ")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""
