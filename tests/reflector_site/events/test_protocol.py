"""What clients and server say to each other, and who is let in."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from websockets.exceptions import InvalidStatus

from accounts.grants import give, revoke
from accounts.models import ApiKey, User
from reflector_site.events import incoming, sockets
from tests.peers.oidc import OidcPeer
from tests.stack import until
from transcripts.domain.change import update_transcript
from transcripts.domain.delete import delete_transcript
from transcripts.enums import ShareMode, TranscriptStatus
from transcripts.models import Run, Transcript
from transcripts.pipeline import runs

from .live import Site, Socket, tell

New = Callable[..., Transcript]
NOBODYS = uuid.UUID(int=7)


@pytest.fixture
def lists(site: Site) -> Socket:
    """A socket on one's lists, with nothing in them."""
    socket = site.open("/v1/events?since=0")
    site.settle()
    return socket


# --- several streams on one socket


def test_streams_on_one_socket(site: Site, lists: Socket, new_transcript: New) -> None:
    first, second = new_transcript(), new_transcript()
    lists.take(2)
    tell(first, "before")
    lists.take(1)  # in the list
    reply = lists.ask(type="subscribe", stream=first.stream_key, since=0, id="a")
    assert reply == {"type": "subscribed", "stream": first.stream_key, "seq": 0, "id": "a"}
    assert lists.next()["data"] == {"title": "before"}
    assert lists.ask(type="subscribe", stream=second.stream_key)["stream"] == second.stream_key
    tell(second, "hello")
    assert {message["stream"] for message in lists.take(2)} == {second.stream_key, f"user:{second.user_id}"}
    assert lists.ask(type="unsubscribe", stream=second.stream_key, id="b") == {
        "type": "unsubscribed",
        "stream": second.stream_key,
        "id": "b",
    }
    tell(second, "again")
    assert lists.next()["event"] == "TRANSCRIPT_FINAL_TITLE"
    assert lists.is_quiet()
    assert lists.ask(type="unsubscribe", stream=second.stream_key)["type"] == "unsubscribed"  # once more does no harm


def test_subscribing_again_goes_on_from_the_new_cursor(either: Site, transcript: Transcript) -> None:
    tell(transcript, *"abc")
    socket = either.watch(transcript)
    assert socket.seqs(3) == [1, 2, 3]
    socket.say(type="subscribe", since=1)  # that of the address
    assert socket.next() == {"type": "subscribed", "stream": transcript.stream_key, "seq": 1}
    assert socket.seqs(2) == [2, 3]
    tell(transcript, "d")
    assert socket.seqs(1) == [4]
    assert socket.is_quiet()


def test_an_answer_keeps_its_place_among_the_events(either: Site, transcript: Transcript) -> None:
    """After `subscribed` nothing of before comes, even when the peer has not read for a while."""
    tell(transcript, *("x" * 3000 for _ in range(100)))
    socket = either.open(f"/v1/transcripts/{transcript.pk}/events?since=0", max_queue=1)
    time.sleep(0.3)
    socket.say(type="subscribe", since=0)
    while "type" not in socket.next():
        pass
    assert socket.seqs(100) == list(range(1, 101))
    assert socket.is_quiet()


def test_a_socket_watches_so_many_streams_and_no_more(
    site: Site, lists: Socket, new_transcript: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST_SUBSCRIPTIONS", 2)
    first, second = new_transcript(), new_transcript()
    assert lists.ask(type="subscribe", stream=first.stream_key)["type"] == "subscribed"
    refused = lists.ask(type="subscribe", stream=second.stream_key, id="x")
    assert (refused["type"], refused["code"], refused["stream"], refused["id"]) == (
        "error",
        "invalid",
        second.stream_key,
        "x",
    )
    assert lists.ask(type="subscribe", stream=first.stream_key)["type"] == "subscribed"


def test_other_streams_are_refused_and_the_socket_stays(
    site: Site, lists: Socket, stranger: User, new_transcript: New
) -> None:
    foreign = new_transcript(user=stranger)
    refused = [
        (foreign.stream_key, "forbidden"),
        (f"user:{stranger.pk}", "forbidden"),
        (f"transcript:{uuid.uuid4()}", "not_found"),
        ("transcript:", "not_found"),
        ("transcript:\x00", "not_found"),
        (f"transcript:{str(foreign.pk).upper()}", "not_found"),
        (f"transcript:{foreign.pk.hex}", "not_found"),
        (f"transcript:urn:uuid:{foreign.pk}", "not_found"),
        ("shared:x", "not_found"),
        ("nothing", "not_found"),
        ("", "not_found"),
    ]
    for stream, code in refused:
        if stream:
            assert lists.ask(type="subscribe", stream=stream)["code"] == code, stream
    tell(foreign, "secret")
    assert lists.ask(type="ping")["type"] == "pong"
    assert not any("secret" in str(message) for message in lists.received)


# --- cancel


def test_cancelling_what_runs(site: Site, transcript: Transcript) -> None:
    Run.objects.create(transcript=transcript, plan="file", before=_before(transcript))
    socket = site.watch(transcript)
    assert socket.ask(type="cancel", id="c") == {
        "type": "cancel_requested",
        "stream": transcript.stream_key,
        "cancelled": True,
        "id": "c",
    }
    assert runs.active_run(transcript) is None
    assert socket.ask(type="cancel")["cancelled"] is False


def _before(transcript: Transcript) -> dict[str, Any]:
    from transcripts.domain import snapshot  # noqa: PLC0415 -- for this one

    return snapshot.take(transcript)


def test_cancelling_what_one_may_not(site: Site, lists: Socket, stranger: User, new_transcript: New) -> None:
    shared = new_transcript(user=stranger, share_mode=ShareMode.PUBLIC)
    private = new_transcript(user=stranger)
    for transcript in (shared, private):
        Run.objects.create(transcript=transcript, plan="file", before={})
        assert lists.ask(type="cancel", stream=transcript.stream_key)["code"] == "forbidden"
        assert runs.active_run(transcript) is not None
    assert lists.ask(type="cancel", stream=f"transcript:{uuid.uuid4()}")["code"] == "not_found"
    assert lists.ask(type="cancel")["code"] == "not_found"
    assert lists.ask(type="cancel", stream="shared")["code"] == "not_found"


def test_nothing_is_cancelled_with_a_key_that_was_revoked(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reflector_site.events.hub.RECHECK", 60)
    socket = site.watch(transcript)
    Run.objects.create(transcript=transcript, plan="file", before={})
    ApiKey.objects.update(revoked_at="2026-01-01T00:00Z")
    socket.say(type="cancel")
    assert socket.closed()[0] == 4401
    assert runs.active_run(transcript) is not None


# --- messages that cannot be taken


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", "malformed"),
        ("{", "malformed"),
        ("ping", "malformed"),
        ("[]", "invalid"),
        ('"ping"', "invalid"),
        ("null", "invalid"),
        ("{}", "unknown_type"),
        ('{"type": "shout"}', "unknown_type"),
        ('{"type": 1}', "unknown_type"),
        ('{"type": "ping", "more": 1}', "invalid"),
        ('{"type": "ping", "id": 7}', "invalid"),
        ('{"type": "ping", "id": "' + "x" * 65 + '"}', "invalid"),
        ('{"type": "subscribe", "since": -1}', "invalid"),
        ('{"type": "subscribe", "since": 1.5}', "invalid"),
        ('{"type": "subscribe", "since": 9223372036854775808}', "invalid"),
        ('{"type": "subscribe", "stream": 5}', "invalid"),
        ('{"type": "subscribe", "stream": "' + "x" * 101 + '"}', "invalid"),
        ("[" * 4000, "malformed"),
        (b"\x00\x01", "malformed"),
        ('{"type": "ping", "id": "' + "x" * 4100 + '"}', "too_large"),
    ],
)
def test_what_cannot_be_taken_is_said(site: Site, lists: Socket, sent: str | bytes, code: str) -> None:
    lists.connection.send(sent)
    answer = lists.next()
    assert (answer["type"], answer["code"]) == ("error", code), answer
    assert answer["detail"]
    assert lists.ask(type="ping", id="1") == {"type": "pong", "id": "1"}


def test_a_message_that_is_far_too_large(either: Site) -> None:
    socket = either.open("/v1/events?since=0")
    socket.connection.send("x" * 65537)
    assert socket.closed()[0] == 1009


def test_who_sends_too_fast_is_told_and_then_cut_off(site: Site, lists: Socket) -> None:
    for _ in range(incoming.BURST + incoming.MOST_REFUSALS + 10):
        lists.say(type="ping")
    assert lists.closed()[0] == 4429
    kinds = [message.get("code", message["type"]) for message in lists.received]
    assert kinds.count("pong") >= incoming.BURST
    assert kinds.count("too_fast") == incoming.MOST_REFUSALS


@pytest.mark.parametrize("since", ["x", "", "-1", "1.5", "١", "9" * 19, "1e3", "%00"])
def test_a_cursor_that_is_no_number(site: Site, transcript: Transcript, since: str) -> None:
    socket = site.open(f"/v1/transcripts/{transcript.pk}/events?since={since}")
    code, reason = socket.closed()
    assert (code, "since" in reason) == (4400, True)


# --- who is let in


def test_nobody_comes_in_without_a_credential(either: Site, transcript: Transcript) -> None:
    address = f"/v1/transcripts/{transcript.pk}/events?since=0"
    for path in (address, "/v1/events", f"/v1/jobs/{NOBODYS}/progress"):
        assert either.open(path, key="wrong").closed()[0] == 4401
        for cookie in ("", "wrong"):
            code = 4403 if path == address else 4401  # who sends nothing is a stranger, and it is private
            assert either.open(path, key="", headers={"Cookie": f"sessionid={cookie}"}).closed()[0] == code
    assert either.open(address, key="", subprotocols=["bearer"]).closed()[0] == 4401
    assert either.open(address, key="", subprotocols=["bearer", "wrong"]).closed()[0] == 4401


def test_strangers_watch_what_is_public_until_it_no_longer_is(either: Site, owner: User, new_transcript: New) -> None:
    transcript = new_transcript(share_mode=ShareMode.PUBLIC)
    stranger = either.watch(transcript, key="")
    lists = f"user:{owner.pk}"
    for stream, code in [("shared", "forbidden"), (lists, "forbidden"), (f"job:{NOBODYS}", "not_found")]:
        assert stranger.ask(type="subscribe", stream=stream)["code"] == code
    assert stranger.ask(type="cancel")["code"] == "forbidden"
    tell(transcript, "for everybody")
    assert stranger.next()["data"] == {"title": "for everybody"}
    update_transcript(transcript, by=owner, share_mode=ShareMode.SEMI_PRIVATE)
    assert stranger.closed()[0] == 4403
    assert [frame["data"] for frame in stranger.received if "event" in frame] == [{"title": "for everybody"}]


def test_a_stranger_who_stays_hears_what_comes_after_the_end(site: Site, owner: User, new_transcript: New) -> None:
    transcript = new_transcript(share_mode=ShareMode.PUBLIC, status=TranscriptStatus.ENDED)
    assert site.open(f"/v1/transcripts/{transcript.pk}/events?since=0", key="").closed() == (1000, "final")
    staying = site.open(f"/v1/transcripts/{transcript.pk}/events?since=0&stay=true", key="")
    site.settle()
    update_transcript(transcript, by=owner, title="Another title")
    assert staying.next()["data"] == {"title": "Another title"}


def test_what_is_somebody_elses_missing_or_no_address(either: Site, stranger: User, new_transcript: New) -> None:
    foreign = new_transcript(user=stranger)
    for path, code in [
        (f"/v1/transcripts/{foreign.pk}/events?since=0", 4403),
        (f"/v1/transcripts/{foreign.pk}/events", 4403),
        (f"/v1/transcripts/{uuid.uuid4()}/events?since=0", 4404),
        ("/v1/transcripts/7/events", 4404),
        ("/v1/nothing", 4404),
        ("/", 4404),
    ]:
        assert either.open(path).closed()[0] == code, path


def test_a_key_as_subprotocol(either: Site, transcript: Transcript) -> None:
    tell(transcript, "one")
    socket = either.watch(transcript, key="", subprotocols=["bearer", either.key])
    assert socket.connection.subprotocol == "bearer"
    assert socket.seqs(1) == [1]


def test_a_session_needs_a_page_of_this_site(
    either: Site, owner: User, transcript: Transcript, session_of: Callable[[User], str]
) -> None:
    cookie = session_of(owner)
    own = either.watch(transcript, cookie=cookie, origin=either.base)
    tell(transcript, "one")
    assert own.seqs(1) == [1]
    with pytest.raises(InvalidStatus) as refused:
        either.watch(transcript, cookie=cookie, origin="https://evil.example.org")
    assert refused.value.response.status_code == 403


# --- who may no longer


def test_signing_out_ends_the_sockets_of_that_session_alone(
    either: Site, owner: User, transcript: Transcript, session_of: Callable[[User], str]
) -> None:
    session, other = session_of(owner), session_of(owner)
    gone = either.watch(transcript, cookie=session)
    also_gone = either.open("/v1/events?since=0", cookie=session)
    stays = either.watch(transcript, cookie=other)
    Session.objects.filter(session_key=session).delete()
    assert gone.closed()[0] == 4401
    assert also_gone.closed()[0] == 4401
    tell(transcript, "one")
    assert stays.seqs(1) == [1]


def test_a_new_password_ends_sessions_and_no_keys(
    site: Site, owner: User, transcript: Transcript, session_of: Callable[[User], str]
) -> None:
    by_session, by_key = site.watch(transcript, cookie=session_of(owner)), site.watch(transcript)
    owner.set_password("another horse battery")
    owner.save()
    assert by_session.closed()[0] == 4401
    tell(transcript, "one")
    assert by_key.seqs(1) == [1]


def test_a_revoked_key_and_an_inactive_user(
    site: Site, owner: User, stranger: User, strangers_key: str, new_transcript: New
) -> None:
    mine, theirs = new_transcript(), new_transcript(user=stranger)
    revoked, inactive = site.watch(mine), site.watch(theirs, key=strangers_key)
    ApiKey.objects.filter(user=owner).update(revoked_at="2026-01-01T00:00Z")
    assert revoked.closed()[0] == 4401
    assert inactive.ask(type="ping")["type"] == "pong"
    User.objects.filter(pk=stranger.pk).update(is_active=False)
    assert inactive.closed()[0] == 4401


def test_a_token_ends_when_it_expires(
    site: Site,
    issuer: OidcPeer,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reflector_site.events.hub.RECHECK", 60)
    settings.OIDC_LEEWAY = 0
    short = site.open("/v1/events?since=0", key="", subprotocols=["bearer", issuer.token(exp=int(time.time()) + 2)])
    long = site.open("/v1/events?since=0", key="", subprotocols=["bearer", issuer.token()])
    site.settle()
    assert short.closed()[0] == 4401
    assert long.ask(type="ping")["type"] == "pong"


def test_sharing_withdrawn(either: Site, strangers_key: str, new_transcript: New) -> None:
    shared = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    theirs = either.watch(shared, key=strangers_key)
    lists = either.open("/v1/events?since=0", key=strangers_key)
    assert lists.ask(type="subscribe", stream=shared.stream_key)["type"] == "subscribed"
    mine = either.watch(shared)
    Transcript.objects.filter(pk=shared.pk).update(share_mode=ShareMode.PRIVATE)
    assert theirs.closed()[0] == 4403
    withdrawn = lists.next()
    assert (withdrawn["code"], withdrawn["stream"]) == ("forbidden", shared.stream_key)
    tell(shared, "secret")
    assert mine.seqs(1) == [1]
    assert lists.is_quiet()


def test_deleted_while_they_look(either: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RECHECK", "HEAL"):
        monkeypatch.setattr(f"reflector_site.events.hub.{name}", 60)
    tell(transcript, "one")
    watching = either.watch(transcript)
    lists = either.open("/v1/events?since=0")
    assert lists.ask(type="subscribe", stream=transcript.stream_key)["type"] == "subscribed"
    either.settle()
    delete_transcript(transcript)
    assert watching.closed() == (4404, "Transcript not found")
    until(lambda: lists.next().get("code") == "not_found", seconds=5)
    assert any(message.get("event") == "TRANSCRIPT_DELETED" for message in [*lists.received, lists.received[-1]])


def test_a_subscription_that_was_replaced_takes_nothing_with_it(
    site: Site, lists: Socket, transcript: Transcript
) -> None:
    """The right of the old one is withdrawn after the new one has come."""
    lists.ask(type="subscribe", stream=transcript.stream_key)
    site.settle()
    hub = site.server.hub
    assert hub is not None
    [old] = hub._watched[transcript.stream_key].everybody
    lists.ask(type="subscribe", stream=transcript.stream_key)
    site.settle()

    async def withdraw() -> None:
        from reflector_site.events.subscription import Refusal  # noqa: PLC0415 -- in the server's loop

        old.withdraw(Refusal(4403, "forbidden", "No."))

    site.server.do(withdraw)
    lists.received.clear()
    tell(transcript, "one")
    assert {message["stream"] for message in lists.take(2)} == {transcript.stream_key, f"user:{transcript.user_id}"}


# --- what it costs


def test_queries_of_a_join_and_of_a_catch_up(
    site: Site, owner: User, transcript: Transcript, monkeypatch: pytest.MonkeyPatch, session_of: Callable[[User], str]
) -> None:
    tell(transcript, *"abc")
    for name in ("RECHECK", "HEAL"):
        monkeypatch.setattr(f"reflector_site.events.hub.{name}", 60)
    asked: list[str] = []
    _record_queries(monkeypatch, asked)
    for credential, identify in ({"key": site.key}, 1), ({"cookie": session_of(owner)}, 3):
        first = site.watch(transcript, **credential)
        first.take(3)
        asked.clear()
        second = site.watch(transcript, **credential)
        second.take(3)
        until(lambda: asked and "transcripts_transcript" in asked[-1], seconds=5)  # whether it is over
        assert len([q for q in asked if "events_" in q]) == 2, asked  # its bounds, and its events
        assert len(asked) <= identify + 3 + 2 + 1 + 1, asked  # the last is that of the audit log
        first.close()
        second.close()
        until(lambda: not site.server.busy(), seconds=5)
        asked.clear()


def _record_queries(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    import threading  # noqa: PLC0415 -- for this one

    from django.db.backends.utils import CursorWrapper  # noqa: PLC0415 -- as above

    execute = CursorWrapper.execute

    def recorded(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        if threading.current_thread().name.startswith("events"):
            asked.append(str(sql))
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", recorded)
    assert connection.vendor == "postgresql"


def test_a_guest_watches_until_the_link_is_withdrawn(site: Site, owner: User, new_transcript: New) -> None:
    transcript = new_transcript()
    grant, secret = give(subject=transcript.stream_key, by=owner)
    by_header = site.watch(transcript, key="", headers={"X-Guest-Grant": secret})
    by_protocol = site.watch(transcript, key="", subprotocols=["bearer", secret])
    tell(transcript, "for the guest")
    for guest in (by_header, by_protocol):
        assert guest.next()["data"] == {"title": "for the guest"}
        assert guest.ask(type="subscribe", stream="shared")["code"] == "forbidden"
    revoke(grant=grant, by=owner)
    for guest in (by_header, by_protocol):
        assert guest.closed()[0] == 4401
    address = f"/v1/transcripts/{transcript.pk}/events"
    assert site.open(address, key="", headers={"X-Guest-Grant": secret}).closed()[0] == 4401


def test_the_socket_of_a_page_that_was_opened_by_a_link(site: Site, owner: User, new_transcript: New) -> None:
    transcript = new_transcript()
    grant, secret = give(subject=transcript.stream_key, by=owner)
    browser = Client()
    browser.get(f"/transcripts/{transcript.pk}?grant={secret}")
    page = site.watch(transcript, cookie=browser.cookies["sessionid"].value)
    tell(transcript, "for the guest")
    assert page.next()["data"] == {"title": "for the guest"}
    revoke(grant=grant, by=owner)
    assert page.closed()[0] == 4401
    again = site.open(f"/v1/transcripts/{transcript.pk}/events", cookie=browser.cookies["sessionid"].value)
    assert again.closed()[0] == 4403
