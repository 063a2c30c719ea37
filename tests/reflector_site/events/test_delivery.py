"""What reaches who watches: everything, once, in order, whatever becomes of the rings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reflector_site.events import bell, hub, log
from reflector_site.events.models import Event
from tests.stack import until
from transcripts.enums import ShareMode, TranscriptStatus
from transcripts.events import FinalTitle, Status, TranscriptProgress, Updated, announce
from transcripts.models import Transcript

from .live import Site, tell


def test_replay_and_then_live(either: Site, transcript: Transcript) -> None:
    tell(transcript, "one", "two")
    socket = either.watch(transcript)
    tell(transcript, "three")
    found = socket.take(3)
    assert [message["seq"] for message in found] == [1, 2, 3]
    titles = [message["data"]["title"] for message in found]
    assert titles[-1] == "three"
    assert "one" not in titles  # a title that another has replaced is told no more
    assert {message["stream"] for message in found} == {transcript.stream_key}
    assert found[0].keys() == {"event", "data", "stream", "seq", "at"}
    assert found[0]["event"] == "FINAL_TITLE"
    assert found[0]["at"].endswith("Z")
    assert socket.is_quiet()


def test_what_was_rung_and_what_is_read_are_equal(site: Site, transcript: Transcript) -> None:
    first = site.watch(transcript)
    tell(transcript, "Ünïcode “quoted” \\ \n")
    second = site.watch(transcript)
    assert first.next() == second.next()


def test_only_what_follows_the_cursor(site: Site, transcript: Transcript) -> None:
    tell(transcript, "one", "two", "three")
    socket = site.watch(transcript, since=2)
    assert socket.seqs(1) == [3]
    assert socket.is_quiet()


def test_joining_while_somebody_writes_leaves_no_gap_and_no_repetition(either: Site, transcript: Transcript) -> None:
    writer = threading.Thread(target=_write, args=(transcript, 120))
    writer.start()
    sockets = [either.open(f"/v1/transcripts/{transcript.pk}/events?since=0") for _ in range(6)]
    writer.join()
    for socket in sockets:
        assert socket.seqs(120) == list(range(1, 121))


def _write(transcript: Transcript, count: int) -> None:
    from django.db import connection  # noqa: PLC0415 -- that of this thread

    tell(transcript, *(str(number) for number in range(count)))
    connection.close()


def test_more_than_a_page_of_replay(site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(transcript, *(str(number) for number in range(hub.PAGE + 5)))
    assert site.watch(transcript).seqs(hub.PAGE + 5) == list(range(1, hub.PAGE + 6))


# --- whispers


def test_a_whisper_has_no_number_and_is_not_kept(either: Site, transcript: Transcript) -> None:
    socket = either.watch(transcript)
    payload = TranscriptProgress(id=transcript.pk, percentage=5, stage="Transcribing", estimated_remaining=None)
    until(lambda: log.whisper(transcript.stream_key, payload) or not socket.is_quiet(0.05), seconds=5)
    assert "seq" not in socket.received[0]
    assert socket.received[0]["data"]["percentage"] == 5
    assert not Event.objects.filter(stream_id=transcript.stream_key).exists()
    tell(transcript, "one")
    until(lambda: socket.next().get("seq") == 1, seconds=5)


# --- clients of the replaced system


def test_a_client_without_a_cursor_is_sent_what_it_knows(either: Site, transcript: Transcript) -> None:
    with transaction.atomic():
        announce(transcript, Status(value="uploaded"))
        announce(transcript, FinalTitle(title="before"))
        announce(transcript, Updated(fields=["name"]))
    socket = either.watch(transcript, since=None)
    with transaction.atomic():
        announce(transcript, Updated(fields=["name"]))
        announce(transcript, Status(value="processing"))
        announce(transcript, FinalTitle(title="after"))
    found = [(message["event"], message["seq"]) for message in socket.take(3)]
    assert found == [("FINAL_TITLE", 2), ("STATUS", 5), ("FINAL_TITLE", 6)]
    assert socket.is_quiet()


def test_a_list_without_a_cursor_repeats_nothing(site: Site, new_transcript: Callable[..., Transcript]) -> None:
    new_transcript()
    socket = site.open("/v1/events")
    site.settle()
    second = new_transcript()
    with transaction.atomic():
        announce(second, Updated(fields=["name"]))
        announce(second, FinalTitle(title="Weekly"))
    assert [message["event"] for message in socket.take(2)] == ["TRANSCRIPT_CREATED", "TRANSCRIPT_FINAL_TITLE"]
    assert socket.is_quiet()


def test_lists_tell_their_owner_and_where_shared_everybody(
    site: Site, strangers_key: str, new_transcript: Callable[..., Transcript]
) -> None:
    mine = site.open("/v1/events?since=0")
    theirs = site.open("/v1/events?since=0", key=strangers_key)
    assert theirs.ask(type="subscribe", stream="shared")["type"] == "subscribed"
    site.settle()
    private = new_transcript()
    shared = new_transcript(share_mode=ShareMode.SEMI_PRIVATE)
    tell(private, "private")
    tell(shared, "shared")
    assert [message["event"] for message in mine.take(4)].count("TRANSCRIPT_FINAL_TITLE") == 2
    assert theirs.next()["data"] == {"id": str(shared.pk), "title": "shared"}
    assert theirs.is_quiet()


# --- lost, doubled and mixed rings


def test_a_lost_ring_is_healed_by_the_next(
    either: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEAL", 60)
    socket = either.watch(transcript)
    with monkeypatch.context() as patch:
        patch.setattr(bell, "_publish", lambda message: None)
        tell(transcript, "lost", "lost too")
    tell(transcript, "heard")
    assert socket.seqs(3) == [1, 2, 3]
    assert socket.is_quiet()


def test_a_lost_ring_is_healed_by_the_look_at_the_log(
    either: Site, transcript: Transcript, lost_rings: list[str]
) -> None:
    socket = either.watch(transcript)
    tell(transcript, "one", "two")
    assert socket.seqs(2) == [1, 2]
    assert len(lost_rings) == 4  # two streams


def test_doubled_and_mixed_rings(site: Site, transcript: Transcript, lost_rings: list[str]) -> None:
    socket = site.watch(transcript)
    tell(transcript, *"abcd")
    rings = [message for message in lost_rings if message.startswith(transcript.stream_key)]
    for message in (rings[1], rings[0], rings[0], rings[3], rings[2], rings[2], *reversed(rings)):
        bell._client().publish(bell.CHANNEL, message)
    assert socket.seqs(4) == [1, 2, 3, 4]
    assert socket.is_quiet()


def test_a_gap_is_read_once_for_all(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch, lost_rings: list[str]
) -> None:
    monkeypatch.setattr(hub, "HEAL", 60)
    sockets = [site.watch(transcript) for _ in range(8)]
    reads: list[str] = []
    read = log.read
    monkeypatch.setattr(log, "read", lambda *asked: reads.append(asked[0]) or read(*asked))
    tell(transcript, *"abc")
    bell._client().publish(bell.CHANNEL, [r for r in lost_rings if r.startswith("transcript:")][-1])
    for socket in sockets:
        assert socket.seqs(3) == [1, 2, 3]
    until(lambda: len(reads) >= 2, what="the look that nothing follows")
    assert all(socket.is_quiet(0.1) for socket in sockets)
    assert len(reads) == 2  # what is there, and that nothing follows


def test_frames_too_large_to_be_carried_are_read(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEAL", 60)
    socket = site.watch(transcript)
    tell(transcript, "x" * (bell.MOST_CARRIED + 1), "small")
    assert socket.seqs(2) == [1, 2]


def test_what_is_no_ring_does_not_make_it_deaf(
    site: Site, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HEAL", 60)
    socket = site.watch(transcript)
    for nonsense in (b"", b"\xff\xfe", b"one two", b"a b c d\n", b"transcript:x seven NAME\n{}"):
        bell._client().publish(bell.CHANNEL, nonsense)
    tell(transcript, "one")
    assert socket.seqs(1) == [1]


# --- cursors that nobody can go on from


def test_a_cursor_older_than_what_is_kept(either: Site, transcript: Transcript, settings: LazySettings) -> None:
    tell(transcript, *"abc")
    Event.objects.filter(seq__lte=2).update(created_at=timezone.now() - timedelta(seconds=settings.EVENT_RETENTION + 9))
    assert log.sweep() >= 2
    socket = either.watch(transcript, since=1)
    reset = socket.next()
    assert (reset["event"], reset["data"], reset["seq"]) == ("RESET", {"reason": "expired"}, 3)
    tell(transcript, "d")
    assert socket.seqs(1) == [4]
    late = either.watch(transcript, since=2)
    assert late.seqs(2) == [3, 4]  # nothing is missing


def test_a_cursor_from_the_future(either: Site, transcript: Transcript) -> None:
    tell(transcript, "a")
    socket = either.watch(transcript, since=7)
    reset = socket.next()
    assert (reset["event"], reset["data"], reset["seq"]) == ("RESET", {"reason": "unknown_cursor"}, 1)
    tell(transcript, "b")
    assert socket.seqs(1) == [2]


def test_a_log_put_back_to_an_earlier_state(either: Site, transcript: Transcript) -> None:
    tell(transcript, *"abc")
    socket = either.watch(transcript)
    assert socket.seqs(3) == [1, 2, 3]
    legacy = either.watch(transcript, since=None)
    assert legacy.seqs(3) == [1, 2, 3]
    _put_back(transcript)
    reset = socket.next()
    assert (reset["event"], reset["seq"]) == ("RESET", 1)
    either.settle()
    tell(transcript, "again")
    assert socket.seqs(1) == [2]
    assert legacy.seqs(1) == [2]


def _put_back(transcript: Transcript) -> None:
    from reflector_site.events.models import Stream  # noqa: PLC0415 -- as above

    Event.objects.filter(stream_id=transcript.stream_key, seq__gt=1).delete()
    Stream.objects.filter(key=transcript.stream_key).update(last_seq=1)


# --- the end


@pytest.mark.parametrize("status", ["ended", "error"])
def test_it_closes_when_all_is_delivered(either: Site, transcript: Transcript, status: str) -> None:
    socket = either.watch(transcript)
    tell(transcript, *(str(number) for number in range(60)))
    _end(transcript, status)
    assert socket.closed() == (1000, "final")
    assert [message["seq"] for message in socket.received] == list(range(1, 62))


def test_who_comes_after_the_end_gets_it_all(either: Site, transcript: Transcript) -> None:
    tell(transcript, *(str(number) for number in range(100)))
    _end(transcript, "ended")
    socket = either.open(f"/v1/transcripts/{transcript.pk}/events?since=0")
    assert socket.closed() == (1000, "final")
    assert len(socket.received) == 101
    legacy = either.open(f"/v1/transcripts/{transcript.pk}/events")
    assert legacy.closed() == (1000, "final")
    assert len(legacy.received) == 100  # without STATUS


def test_the_last_event_is_not_lost_with_its_ring(either: Site, transcript: Transcript, lost_rings: list[str]) -> None:
    """Who joins just before the end is level, and the transcript is over, before the last ring is heard."""
    _end(transcript, "ended")
    Transcript.objects.filter(pk=transcript.pk).update(status="processing")
    socket = either.watch(transcript)
    assert socket.seqs(1) == [1]
    hubs = either.server.hub
    assert hubs is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub, "HEAL", 60)
        until(lambda: True)
        _end(transcript, "ended")
        [subscription] = hubs._watched[transcript.stream_key].level

        async def ask() -> None:
            subscription._listener.may_be_over(subscription)

        either.server.do(ask)
        assert socket.closed() == (1000, "final")
    assert [message["seq"] for message in socket.received] == [1, 2]


def test_it_does_not_close_before_the_end_nor_on_lists(site: Site, transcript: Transcript) -> None:
    socket = site.watch(transcript)
    lists = site.open("/v1/events?since=0")
    assert lists.ask(type="subscribe", stream=transcript.stream_key)["type"] == "subscribed"
    with transaction.atomic():
        announce(transcript, Status(value="processing"))
    assert socket.seqs(1) == [1]
    assert socket.is_quiet()
    _end(transcript, "ended")
    assert socket.closed() == (1000, "final")
    tell(transcript, "a later edit")
    until(lambda: lists.next().get("data") == {"title": "a later edit"}, seconds=5)


def _end(transcript: Transcript, status: str) -> None:
    with transaction.atomic():
        Transcript.objects.filter(pk=transcript.pk).update(status=TranscriptStatus(status))
        announce(transcript, Status(value=status))


def test_a_users_lists_end_with_no_transcript(site: Site, owner: User, transcript: Transcript) -> None:
    lists = site.open("/v1/events?since=0")
    _end(transcript, "ended")
    assert [message["event"] for message in lists.take(2)] == ["TRANSCRIPT_CREATED", "TRANSCRIPT_STATUS"]
    assert lists.ask(type="ping")["type"] == "pong"
