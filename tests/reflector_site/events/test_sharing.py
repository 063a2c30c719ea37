"""Changing who may read a transcript is felt at once on every socket that is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from meetings.models import Room
from transcripts.domain import snapshot
from transcripts.domain.change import update_transcript
from transcripts.enums import ShareMode
from transcripts.models import Run, Transcript

from .live import Site

New = Callable[..., Transcript]


@pytest.fixture(autouse=True)
def _nobody_asks_by_the_clock(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    monkeypatch.setattr("reflector_site.events.hub.RECHECK", 600)


def test_who_may_no_longer_read_is_let_go_at_once(
    either: Site, strangers_key: str, new_transcript: New, owner: User
) -> None:
    shared = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    run = Run.objects.create(transcript=shared, plan="file", before=snapshot.take(shared))
    theirs, mine = either.watch(shared, key=strangers_key), either.watch(shared)
    job = either.open(f"/v1/jobs/{run.pk}/progress", key=strangers_key)
    either.settle()
    update_transcript(shared, by=owner, share_mode=ShareMode.PRIVATE, title="Secret")
    assert theirs.closed()[0] == 4403
    assert job.closed()[0] == 4404
    assert [message["event"] for message in mine.take(2)] == ["FINAL_TITLE", "UPDATED"]
    assert "Secret" not in str(theirs.received)


def test_out_of_a_shared_room(site: Site, strangers_key: str, new_transcript: New, owner: User) -> None:
    den = Room.objects.create(name="den", user=owner, is_shared=True)
    inside = new_transcript(room=den)
    theirs = site.watch(inside, key=strangers_key)
    lists = site.open("/v1/events?since=0", key=strangers_key)
    assert lists.ask(type="subscribe", stream="shared")["type"] == "subscribed"
    update_transcript(inside, by=owner, room_id=None)
    assert lists.next()["data"] == {"id": str(inside.pk), "fields": ["room_id"]}
    assert theirs.closed()[0] == 4403


def test_who_still_may_read_hears_of_it(site: Site, strangers_key: str, new_transcript: New, owner: User) -> None:
    shared = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    theirs = site.watch(shared, key=strangers_key)
    update_transcript(shared, by=owner, share_mode=ShareMode.PUBLIC)
    assert theirs.next()["data"] == {"fields": ["share_mode"], "by": "Olivia"}
    assert theirs.ask(type="ping")["type"] == "pong"
