"""What must happen when an actor asks: let in, or refused with these very words. Independent of the code it tests."""

from __future__ import annotations

from dataclasses import dataclass

from .actors import Account, Actor, Place
from .needs import Door, Need

SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Refusal:
    """Pages refuse without words of their own."""

    status: int
    detail: str = ""


SIGN_IN = Refusal(302, "to the sign-in page")
STAFF_SIGN_IN = Refusal(302, "to the sign-in page of the staff")
INVALID = Refusal(401, "Invalid authentication")
NOBODY = Refusal(401, "Not authenticated")
UNKNOWN = Refusal(403, "Authentication required")
DENIED = Refusal(403, "Transcript access denied")
NOT_YOURS = Refusal(403, "Not authorized")
MISSING = Refusal(404, "Transcript not found")
NO_JOB = Refusal(404, "Job not found")

OF_TRANSCRIPTS = (Need.READ, Need.READER, Need.CHANGE, Need.JOB, Need.JOB_CHANGE)


def out_of_scope(scope: str) -> Refusal:
    return Refusal(403, f"This API key has not the scope {scope}.")


def may_read(actor: Actor, place: Place) -> bool:
    if actor.account is Account.OWNER or actor.is_admin:
        return True
    if actor.account is None:
        return place is Place.PUBLIC or (actor.guest and actor.works and place is Place.PRIVATE)
    return place in (Place.SHARED_ROOM, Place.SEMI_PRIVATE, Place.PUBLIC)


def may_change(actor: Actor) -> bool:
    return actor.account is Account.OWNER or actor.is_admin


def expected(need: Need, method: str, door: Door, actor: Actor, place: Place) -> Refusal | None:
    """None: let in."""
    if door is Door.PLAIN:
        return None
    if door is Door.PAGE:
        return _of_page(need, Actor("nobody") if actor.has_key or not actor.works else actor, place)
    if not actor.works:
        return INVALID
    if need is Need.OPEN:
        return _scope(need, method, actor)
    if actor.account is None and need is not Need.READ:
        return UNKNOWN if need is Need.KNOWN else NOBODY
    return _scope(need, method, actor) or _of_transcript(need, actor, place)


def _of_page(need: Need, actor: Actor, place: Place) -> Refusal | None:
    if need is Need.OPEN:
        return None
    refusal = _of_transcript(need, actor, place)
    if actor.account is None:
        return None if need is Need.READ and refusal is None else SIGN_IN
    return Refusal(refusal.status) if refusal else None


def _scope(need: Need, method: str, actor: Actor) -> Refusal | None:
    """The scope of the method is asked for at the door, that of changing where the transcript is looked up."""
    if actor.scopes is None:
        return None
    wanted = ["read" if method in SAFE or need is Need.READER else "admin" if need is Need.ACCOUNT else "write"]
    wanted += ["write"] if need in (Need.CHANGE, Need.JOB_CHANGE) else []
    missing = [scope for scope in wanted if scope not in actor.scopes]
    return out_of_scope(missing[0]) if missing else None


def _of_transcript(need: Need, actor: Actor, place: Place) -> Refusal | None:
    of_job = need in (Need.JOB, Need.JOB_CHANGE)
    if need not in OF_TRANSCRIPTS:
        return None
    if place is Place.MISSING:
        return NO_JOB if of_job else MISSING
    if not may_read(actor, place):
        return NO_JOB if of_job else DENIED
    return NOT_YOURS if need in (Need.CHANGE, Need.JOB_CHANGE) and not may_change(actor) else None
