"""Peers that do not read, servers that go away: what is bounded, who is let go, and that all goes on afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import socket as sockets
import threading
import time
from collections.abc import Callable, Iterator

import psutil
import pytest
import redis
from asgiref.sync import SyncToAsync
from django.conf import LazySettings
from django.db import connection, connections
from websockets.exceptions import ConnectionClosed

from accounts.models import User
from reflector_site.events import bell, direct, hub, log, subscription
from reflector_site.events.threads import THREADS
from tests.peers.oidc import OidcPeer
from tests.stack import until
from tests.viewers import Viewer
from transcripts.enums import TranscriptStatus
from transcripts.models import Transcript

from .live import DIRECT, PLAIN, Site, serving, tell
from .test_delivery import _end

LARGE = "x" * 20_000


@pytest.fixture
def lazy(site: Site) -> Iterator[Callable[[str], sockets.socket]]:
    """Clients that shake hands and then never read."""
    opened: list[sockets.socket] = []

    def connect(path: str) -> sockets.socket:
        client = sockets.socket()
        client.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", site.server.port))
        head = (
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\nX-API-Key: {site.key}\r\n\r\n"
        )
        client.sendall(head.encode())
        assert client.recv(12) == b"HTTP/1.1 101"
        opened.append(client)
        return client

    yield connect
    for client in opened:
        client.close()


# --- peers that do not read


def test_who_never_reads_costs_little_hinders_nobody_and_is_let_go(
    site: Site, transcript: Transcript, lazy: Callable[[str], sockets.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "PATIENCE", 2.0)
    before = psutil.Process().memory_info().rss
    quiet = [lazy(f"/v1/transcripts/{transcript.pk}/events?since=0") for _ in range(10)]
    reading = site.watch(transcript)
    tell(transcript, *[LARGE] * 300)
    assert reading.seqs(300) == list(range(1, 301))
    waiting = [each.transport.get_write_buffer_size() for each in site.server.connections() if hasattr(each, "conn")]
    assert len(waiting) == 11
    assert max(waiting) <= direct.MOST_WAITING + 64 * 1024 + len(LARGE) + 1000
    assert psutil.Process().memory_info().rss - before < 60e6
    until(lambda: len(_sockets(site)) == 1, seconds=10, what="the quiet ones to be let go")
    assert len(quiet) == 10
    tell(transcript, "small")
    assert reading.seqs(1) == [301]


def _sockets(site: Site) -> list[direct.DirectSockets]:
    return [each for each in site.server.connections() if isinstance(each, direct.DirectSockets)]


def test_who_reads_again_in_time_gets_everything(either: Site, transcript: Transcript) -> None:
    """The client's library stops reading from the network once 16 messages wait."""
    subscriber = either.watch(transcript)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscription, "PATIENCE", 30)
        tell(transcript, *[LARGE] * 400)
        time.sleep(0.3)
        assert subscriber.seqs(400) == list(range(1, 401))
        either.settle()
        tell(transcript, "small")
        assert subscriber.seqs(1) == [401]


def test_the_end_comes_after_all_that_waits(either: Site, transcript: Transcript) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscription, "PATIENCE", 30)
        patch.setattr("reflector_site.events.sockets.PATIENCE", 30)
        socket = either.watch(transcript)
        tell(transcript, *["x" * 120_000] * 40)
        _end(transcript, "ended")
        time.sleep(0.3)
        assert socket.closed() == (1000, "final")
    assert len(socket.received) == 41


def test_a_peer_that_reads_nothing_is_closed_without_its_help(
    site: Site, transcript: Transcript, lazy: Callable[[str], sockets.socket]
) -> None:
    """The word that it closes does not get through: the connection must not stay for it."""
    from transcripts.domain.delete import delete_transcript  # noqa: PLC0415 -- for this one

    tell(transcript, *[LARGE] * 300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subscription, "PATIENCE", 60)
        lazy(f"/v1/transcripts/{transcript.pk}/events?since=0")
        until(lambda: [s for s in _sockets(site) if not s.has_room], seconds=5, what="its buffer to be full")
        delete_transcript(transcript)
        until(lambda: not _sockets(site), seconds=5, what="it to be gone")


def test_a_peer_that_is_silent_and_reads_nothing_is_aborted(
    transactional_db: None, key: str, transcript: Transcript
) -> None:
    with serving(DIRECT, ws_ping_interval=0.2, ws_ping_timeout=0.2) as server:
        site = Site(server)
        site.key = key
        tell(transcript, *[LARGE] * 300)
        client = sockets.socket()
        client.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        client.sendall(
            f"GET /v1/transcripts/{transcript.pk}/events?since=0 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\n"
            f"X-API-Key: {key}\r\n\r\n".encode()
        )
        until(lambda: _sockets(site), seconds=5)
        until(lambda: not _sockets(site), seconds=5, what="it to be gone")
        site.close()
        client.close()


def test_endless_empty_pieces_of_a_message(
    site: Site, transcript: Transcript, lazy: Callable[[str], sockets.socket]
) -> None:
    client = lazy(f"/v1/transcripts/{transcript.pk}/events?since=0")
    mask = b"\x00" * 4
    client.sendall(b"\x01\x80" + mask)
    with contextlib.suppress(OSError):
        for _ in range(100):
            client.sendall((b"\x00\x80" + mask) * 100)
    until(lambda: not _sockets(site), seconds=5, what="it to be gone")


def test_a_peer_that_asks_and_never_reads_the_answers(
    site: Site, transcript: Transcript, lazy: Callable[[str], sockets.socket]
) -> None:
    client = lazy(f"/v1/transcripts/{transcript.pk}/events?since=0")
    ping = b"\x89\xfd" + b"\x00" * 4 + b"x" * 125
    with contextlib.suppress(OSError):
        for _ in range(2000):
            client.sendall(ping * 50)
    until(lambda: not _sockets(site), seconds=5, what="it to be gone")


def test_what_is_wrong_with_one_socket_is_kept_from_the_others(
    either: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sockets_ = [either.watch(transcript) for _ in range(5)]
    assert either.server.hub is not None
    victim = next(iter(either.server.hub._watched[transcript.stream_key].level))

    def broken(batch: object) -> bool:
        raise RuntimeError("the handler is closed")

    monkeypatch.setattr(victim.outlet, "write", broken)
    tell(transcript, *"abc")
    whole = 0
    for socket in sockets_:
        with contextlib.suppress(ConnectionClosed):
            whole += socket.seqs(3) == [1, 2, 3]
    assert whole == 4
    assert "cannot be written to" in caplog.text
    caplog.clear()


def test_looks_at_who_may_watch_survive_what_nobody_foresaw(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    socket = site.watch(transcript)

    def broken(permission: subscription.Permission) -> None:
        raise LookupError("nobody foresaw this")

    with monkeypatch.context() as patch:
        patch.setattr(subscription.Permission, "refusal", broken)
        until(lambda: "nobody foresaw this" in caplog.text, seconds=5)
    Transcript.objects.filter(pk=transcript.pk).update(user=User.objects.create_user("new@example.org", "x" * 12))
    assert socket.closed()[0] == 4403
    until(lambda: not site.server.busy(), seconds=5)
    caplog.clear()


# --- the database


@contextlib.contextmanager
def database_away(name: str) -> Iterator[None]:
    """For all but this thread; connections that are open are cut."""
    settings = connection.settings_dict
    own, settings["NAME"] = settings["NAME"], name
    try:
        _cut_connections()
        yield
    finally:
        settings["NAME"] = own


def _cut_connections() -> None:
    """All but this thread's. That of the thread in which asynchronous tests ask the database is closed, not cut."""
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_the_database_is_away_when_they_come(either: Site, transcript: Transcript) -> None:
    with database_away("absent"):
        code, reason = either.open(f"/v1/transcripts/{transcript.pk}/events?since=0").closed()
    assert code == 1013
    assert "absent" not in reason
    assert either.watch(transcript).is_quiet()


def test_connections_to_the_database_are_cut(either: Site, transcript: Transcript) -> None:
    tell(transcript, "one")
    socket = either.watch(transcript)
    _cut_connections()
    tell(transcript, "two")
    assert socket.seqs(2) == [1, 2]
    assert socket.ask(type="subscribe", since=1)["type"] == "subscribed"
    assert socket.seqs(1) == [2]


def test_the_database_is_away_for_a_while(either: Site, transcript: Transcript, lost_rings: list[str]) -> None:
    socket = either.watch(transcript)
    with database_away("absent"):
        tell(transcript, "one")
        answer = socket.ask(type="subscribe", since=0, id="x")
        assert (answer["code"], answer["id"], answer["stream"]) == ("unavailable", "x", transcript.stream_key)
        assert socket.is_quiet(0.5)
    assert socket.ask(type="subscribe", since=0)["type"] == "subscribed"
    assert socket.seqs(1) == [1]


def test_both_away_and_back_in_either_order(
    site: Site, transcript: Transcript, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever hears Redis again while the database is still away has to go on hearing."""
    monkeypatch.setattr(hub, "HEAL", 60)
    socket = site.watch(transcript)
    with database_away("absent"):
        _admin(settings).execute_command("CLIENT KILL TYPE pubsub")
        time.sleep(0.5)
    until(lambda: _listeners(settings) == 1, seconds=5)
    site.settle()
    tell(transcript, "one")
    assert socket.seqs(1) == [1]


def test_a_join_that_fails_half_way_leaves_nothing(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes between the first question of a join and the second."""
    from django.db import OperationalError  # noqa: PLC0415 -- for this one

    lists = site.open("/v1/events?since=0")
    site.settle()
    ask, questions = log.last_seqs, iter([0, 1, 1, 1, 1])

    def fails(keys: list[str]) -> dict[str, int]:
        if list(keys) == [transcript.stream_key] and next(questions):
            raise OperationalError("gone")
        return ask(keys)

    monkeypatch.setattr(log, "last_seqs", fails)
    monkeypatch.setattr(hub, "HEAL", 60)
    legacy = site.open(f"/v1/transcripts/{transcript.pk}/events")
    assert legacy.closed()[0] == 1013
    assert site.server.hub is not None
    assert transcript.stream_key not in site.server.hub._watched
    assert lists.ask(type="ping")["type"] == "pong"


# --- Redis


def _admin(settings: LazySettings) -> redis.Redis[bytes]:
    return bell._client()


def _listeners(settings: LazySettings) -> int:
    return int(_admin(settings).execute_command("PUBSUB", "NUMSUB", bell.CHANNEL)[1])


def test_redis_is_away_and_comes_back(
    site: Site, transcript: Transcript, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BROKER_URL, own = "redis://127.0.0.1:1/0", settings.BROKER_URL
    socket = site.watch(transcript)  # comes in without it
    tell(transcript, "found by looking")
    assert socket.seqs(1) == [1]
    settings.BROKER_URL = own
    until(lambda: _listeners(settings) == 1, seconds=5)
    monkeypatch.setattr(hub, "HEAL", 60)
    time.sleep(0.2)  # the last of the quick looks
    tell(transcript, "heard")
    assert socket.seqs(1) == [2]
    _admin(settings).execute_command("CLIENT KILL TYPE pubsub")
    tell(transcript, "in between")
    assert socket.seqs(1) == [3]


# --- the server


@pytest.mark.parametrize("ws", [DIRECT, PLAIN])
def test_a_server_that_shuts_down_says_so(ws: str, key: str, transcript: Transcript) -> None:
    with serving(ws) as server:
        site = Site(server)
        site.key = key
        socket = site.watch(transcript)
        server.stop()
        assert socket.closed()[0] in (1001, 1012)
    assert not server.is_alive()


# --- in a crowd


def test_a_slow_issuer_keeps_nobody_from_their_events(
    site: Site,
    transcript: Transcript,
    issuer: OidcPeer,
    lost_rings: list[str],
) -> None:
    issuer.delay = 3
    socket = site.watch(transcript)
    token = issuer.token(key="unknown", kind="RSA")
    waiting = [
        threading.Thread(target=_knock, args=(site, issuer.token(sub=str(n)) if n else token))
        for n in range(THREADS * 2)
    ]
    for thread in waiting:
        thread.start()
    time.sleep(0.3)
    begun = time.monotonic()
    tell(transcript, "one")
    assert socket.seqs(1) == [1]
    assert time.monotonic() - begun < 1.5
    for thread in waiting:
        thread.join()


def _knock(site: Site, token: str) -> None:
    with contextlib.suppress(ConnectionClosed, TimeoutError):
        site.open("/v1/events?since=0", key="", subprotocols=["bearer", token], open_timeout=20)


def test_many_come_and_go_at_random(either: Site, transcript: Transcript) -> None:
    """Half of them leave before they are served; nothing of them stays, and the others get everything."""

    async def crowd() -> list[int]:
        path = f"/v1/transcripts/{transcript.pk}/events?since=0"
        loop = asyncio.get_running_loop()
        stay: list[Viewer] = []
        for number in range(120):
            _, viewer = await loop.create_connection(
                lambda: Viewer(path, {"X-API-Key": either.key}, lambda data: None), "127.0.0.1", either.server.port
            )
            if number % 2:
                await asyncio.sleep(0.001 * (number % 7))
                viewer.opened.add_done_callback(lambda future: future.exception())
                viewer.transport.abort()
            else:
                stay.append(viewer)
        await asyncio.gather(*(viewer.opened for viewer in stay))
        await asyncio.to_thread(_tell_in_thread, transcript)
        give_up_at = time.monotonic() + 15
        while any(len(list(viewer.texts())) < 20 for viewer in stay) and time.monotonic() < give_up_at:
            await asyncio.sleep(0.05)
        counts = [len(list(viewer.texts())) for viewer in stay]
        for viewer in stay:
            viewer.transport.abort()
        return counts

    assert asyncio.run(crowd()) == [20] * 60


def _tell_in_thread(transcript: Transcript) -> None:
    tell(transcript, *(str(number) for number in range(20)))
    connection.close()


def test_it_is_over_only_where_it_is(site: Site, transcript: Transcript) -> None:
    Transcript.objects.filter(pk=transcript.pk).update(status=TranscriptStatus.PROCESSING)
    socket = site.watch(transcript)
    assert socket.is_quiet(0.3)
