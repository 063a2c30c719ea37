"""Subscribing and unsubscribing at random while events come and rings are lost, doubled and late."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from reflector_site.events import bell
from transcripts.models import Transcript

from .live import Site, Socket, tell

EVENTS, STEPS = 60, 40


class Model:
    """What a client knows: for each stream that it watches, the number after which everything follows."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self.cursors: dict[str, int] = {}
        self.asked: dict[str, list[int | None]] = {}  # cursors asked for and not answered; None: unsubscribed

    def take(self, seconds: float) -> bool:
        """One message, held against what is known; False when none came."""
        try:
            message = self._socket.next(seconds)
        except TimeoutError:
            return False
        stream = message["stream"]
        if message.get("type") == "subscribed":
            assert message["seq"] == self.asked[stream].pop(0)
            self.cursors[stream] = message["seq"]
        elif message.get("type") == "unsubscribed":
            assert self.asked[stream].pop(0) is None
            self.cursors.pop(stream, None)
        elif stream in self.asked:
            assert message["seq"] == self.cursors[stream] + 1, "a gap, a repetition, or an event after the answer"
            self.cursors[stream] += 1
        return True

    def subscribe(self, stream: str, since: int) -> None:
        self.asked.setdefault(stream, []).append(since)
        self._socket.say(type="subscribe", stream=stream, since=since)

    def unsubscribe(self, stream: str) -> None:
        self.asked.setdefault(stream, []).append(None)
        self._socket.say(type="unsubscribe", stream=stream)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_each_answer_events_follow_without_gap(
    either: Site, new_transcript: Callable[..., Transcript], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr("reflector_site.events.incoming.RATE", 1000)
    monkeypatch.setattr("reflector_site.events.incoming.BURST", 1000)
    chance = random.Random(seed)
    transcripts = [new_transcript() for _ in range(3)]
    streams = [transcript.stream_key for transcript in transcripts]
    publish = bell._publish

    def unreliable(message: str) -> None:
        for _ in range(chance.choice([0, 1, 1, 1, 2])):
            publish(message)

    monkeypatch.setattr(bell, "_publish", unreliable)
    model = Model(either.open("/v1/events"))
    writer = threading.Thread(target=_write, args=(transcripts,))
    writer.start()
    for _ in range(STEPS):
        stream = chance.choice(streams)
        if chance.random() < 0.7:
            model.subscribe(stream, chance.choice([0, model.cursors.get(stream, 0)]))
        else:
            model.unsubscribe(stream)
        for _ in range(chance.randrange(6)):
            model.take(0.01)
    writer.join()
    for stream in streams:
        model.subscribe(stream, 0)
    while any(model.asked.values()) or list(map(model.cursors.get, streams)) != [EVENTS] * 3:
        assert model.take(8), model.cursors
    while model.take(0.2):
        """Only the list goes on, in which rings were lost too: a repetition would be noticed."""


def _write(transcripts: list[Transcript]) -> None:
    for number in range(EVENTS):
        for transcript in transcripts:
            tell(transcript, str(number))
        time.sleep(0.005)
    connection.close()
