"""What a page needs to follow what happens: its streams, and how far each was when the page was made."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.guests import Asker
from accounts.models import User
from reflector_site.events import log


@dataclass(frozen=True, slots=True)
class Live:
    """Attributes of <main>, as static/src/live/page.ts reads them."""

    regions: str  # the address of the fragment with the page's regions
    stream: str
    cursor: int
    user_stream: str = ""  # strangers have none
    user_cursor: int = 0
    refresh: int | None = None  # seconds between two looks at what comes in no stream


def live(asker: Asker, stream: str, *, regions: str, refresh: int | None = None) -> Live:
    """Call it before anything that the page shows is read."""
    if not isinstance(asker, User):
        return Live(regions, stream, log.last_seqs([stream])[stream], refresh=refresh)
    own = f"user:{asker.pk}"
    seqs = log.last_seqs([stream, own])
    return Live(regions, stream, seqs[stream], own, seqs[own], refresh)
