"""The log over plain HTTP: as JSON, and as server-sent events."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import ApiKey, User
from reflector_site.events import http, log
from reflector_site.events.models import Event
from tests.stack import until
from transcripts.domain.delete import delete_transcript
from transcripts.enums import ShareMode
from transcripts.models import Transcript

from .live import Site, tell

New = Callable[..., Transcript]


def address(transcript: Transcript) -> str:
    return f"/v1/transcripts/{transcript.pk}/events"


# --- as JSON


def test_the_log_as_json(site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_EVENTS", 2)
    tell(transcript, *"abc")
    with site.client() as client:
        first = client.get(address(transcript)).json()
        assert [event["seq"] for event in first["events"]] == [1, 2]
        assert (first["seq"], first["reset"], first["more"]) == (2, False, True)
        second = client.get(address(transcript), params={"since": first["seq"]}).json()
        assert [event["seq"] for event in second["events"]] == [3]
        assert (second["seq"], second["reset"], second["more"]) == (3, False, False)
        third = client.get(address(transcript), params={"since": 3})
        assert third.json() == {"events": [], "seq": 3, "reset": False, "more": False}
        assert third.headers["Cache-Control"] == "no-store"


def test_it_is_what_sockets_send(site: Site, transcript: Transcript) -> None:
    tell(transcript, "a")
    with site.client() as client:
        assert client.get(address(transcript)).json()["events"] == [site.watch(transcript).next()]


def test_cursors_that_nobody_can_go_on_from(site: Site, transcript: Transcript, settings: LazySettings) -> None:
    tell(transcript, *"abc")
    with site.client() as client:
        assert client.get(address(transcript), params={"since": 9}).json() == {
            "events": [],
            "seq": 3,
            "reset": True,
            "more": False,
        }
        old = timezone.now() - timedelta(seconds=settings.EVENT_RETENTION + 9)
        Event.objects.filter(seq__lte=2).update(created_at=old)
        log.sweep()
        assert client.get(address(transcript), params={"since": 1}).json()["reset"] is True
        assert client.get(address(transcript), params={"since": 2}).json()["reset"] is False
        for wrong in ("x", "-1", "1.5", str(2**63)):
            assert client.get(address(transcript), params={"since": wrong}).status_code == 422


def test_what_is_forgotten_between_two_questions_is_no_gap(
    transactional_db: None, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep comes after the bounds were read and before the events are."""
    tell(transcript, *"abc")
    monkeypatch.setattr(log, "BOUNDS", log.BOUNDS.replace("(SELECT min(seq)", "(SELECT 1 + 0 * min(seq)"))
    Event.objects.filter(seq__lte=2).delete()
    page = log.read(transcript.stream_key, 0, 10)
    assert page.lacks(0) == "expired"
    assert page.lacks(2) is None
    Event.objects.all().delete()
    assert log.read(transcript.stream_key, 0, 10).lacks(0) == "expired"


@pytest.mark.parametrize("stream", [False, True])
def test_who_may_read_it(site: Site, stranger: User, strangers_key: str, new_transcript: New, stream: bool) -> None:
    transcript = new_transcript()
    headers = {"Accept": "text/event-stream"} if stream else {}
    with httpx.Client(base_url=site.base, headers=headers) as client:
        assert client.get(address(transcript)).status_code == 403
        for path in ("/v1/events", "/v1/events/shared"):
            assert client.get(path).status_code == 401
        client.headers["X-API-Key"] = strangers_key
        assert client.get(address(transcript)).status_code == 403
        assert client.get(f"/v1/transcripts/{uuid.uuid4()}/events").status_code == 404


def test_lists_as_json(site: Site, strangers_key: str, new_transcript: New) -> None:
    private, shared = new_transcript(), new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    tell(private, "private")
    tell(shared, "shared")
    with site.client() as mine:
        found = mine.get("/v1/events").json()["events"]
        assert [event["data"].get("title") for event in found] == [None, None, "private", "shared"]
        theirs = mine.get("/v1/events/shared", headers={"X-API-Key": strangers_key}).json()["events"]
        assert [event["data"]["title"] for event in theirs] == ["shared"]


# --- as server-sent events


class Stream:
    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.iter_lines()

    def next(self) -> dict[str, str]:
        """The fields of the next event; a comment is called ""."""
        found: dict[str, str] = {}
        for line in self._lines:
            if not line and found:
                return found
            name, _, value = line.partition(":")
            found[name] = value.removeprefix(" ")
        return found

    def event(self) -> dict[str, Any]:
        while "data" not in (found := self.next()):
            assert found, "it has ended"
        event: dict[str, Any] = json.loads(found["data"])
        assert found["id"] == str(event["seq"])
        return event

    def ended(self) -> bool:
        while self.next():
            pass
        return True


@contextmanager
def stream_of(site: Site, path: str, **headers: str) -> Iterator[Stream]:
    with site.client(Accept="text/event-stream", **headers) as client, client.stream("GET", path) as response:
        yield Stream(response)


def test_replay_and_then_live(site: Site, transcript: Transcript) -> None:
    tell(transcript, "one")
    with stream_of(site, address(transcript)) as stream:
        assert stream.response.headers["Content-Type"] == "text/event-stream"
        assert stream.response.headers["Cache-Control"] == "no-store"
        assert stream.response.headers["X-Accel-Buffering"] == "no"
        assert stream.next() == {"retry": "3000"}
        assert stream.event()["data"] == {"title": "one"}
        tell(transcript, "two")
        assert stream.event()["data"] == {"title": "two"}


def test_it_goes_on_from_the_last_event_that_the_browser_has(site: Site, transcript: Transcript) -> None:
    tell(transcript, *"abc")
    with stream_of(site, address(transcript) + "?since=0", **{"Last-Event-ID": "2"}) as stream:
        assert stream.event()["seq"] == 3


def test_it_breathes_while_nothing_happens(site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BREATH", 0.1)
    with stream_of(site, address(transcript)) as stream:
        assert stream.next() == {"retry": "3000"}
        assert stream.next() == {"": "still here"}
        tell(transcript, "one")
        assert stream.event()["seq"] == 1


def test_it_is_let_go_when_the_client_goes(site: Site, transcript: Transcript) -> None:
    hub = site.server.hub
    with stream_of(site, address(transcript)) as stream:
        stream.next()
        hub = site.server.hub
        assert hub is not None
        assert transcript.stream_key in hub._watched
    until(lambda: transcript.stream_key not in hub._watched, seconds=5)


def test_it_ends_when_the_right_does(
    site: Site, transcript: Transcript, owner: User, session_of: Callable[[User], str]
) -> None:
    cookie = session_of(owner)
    with stream_of(site, address(transcript), Cookie=f"sessionid={cookie}", **{"X-API-Key": ""}) as stream:
        stream.next()
        Session.objects.all().delete()
        assert stream.ended()
    with stream_of(site, address(transcript)) as stream:
        stream.next()
        ApiKey.objects.update(revoked_at=timezone.now())
        assert stream.ended()


def test_it_ends_with_the_transcript(site: Site, transcript: Transcript) -> None:
    with stream_of(site, address(transcript)) as stream:
        stream.next()
        delete_transcript(transcript)
        assert stream.ended()
