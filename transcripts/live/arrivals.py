"""The Opus packets of one sender, in the order in which they were spoken, with silence where some never came."""

from __future__ import annotations

from dataclasses import dataclass

from . import ogg

#: Seconds for which a packet may be overtaken by later ones and is still put into its place.
PATIENCE = 0.2
#: How many packets before the first one to arrive may still come.
_LATEST = 100
#: Seconds by which a sender's clock may run ahead of ours.
_AHEAD = 1.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """One RTP packet. `timestamp` counts 48,000 a second and begins anywhere, `at` is our own clock, in seconds."""

    source: int
    number: int
    timestamp: int
    payload: bytes
    at: float


class Arrivals:
    """`add` what arrives, `take` what can be written down.

    `last_at`: when, by our own clock, what they go on from was heard; the time since then becomes silence.
    """

    def __init__(self, *, last_at: float | None = None) -> None:
        self._owed = 0  # samples by which what was taken is behind what was said
        self._waiting: dict[int, Arrival] = {}
        self._ready: list[bytes] = []
        self._source: int | None = None
        self._newest = self._taken = 0  # numbers, counted on past 65535
        self._next_timestamp: int | None = None
        self.last_at = last_at

    def add(self, arrival: Arrival) -> bool:
        """False for what is no sound: empty, or not Opus."""
        if not ogg.samples_in(arrival.payload):
            return False
        if arrival.source != self._source:
            self._begin_anew(arrival)
        number = self._newest + _signed(arrival.number - self._newest, 16)
        if number > self._taken:
            self._newest = max(self._newest, number)
            self._waiting.setdefault(number, arrival)
        return True

    def take(self, now: float | None = None) -> list[bytes]:
        """What nothing can be put before any more; everything if `now` is None."""
        for number in sorted(self._waiting):
            if now is not None and self._waiting[number].at > now - PATIENCE:
                break
            self._put(self._waiting.pop(number))
            self._taken = number
        taken, self._ready = self._ready, []
        return taken

    def _begin_anew(self, arrival: Arrival) -> None:
        """Another source, whose numbers and times have nothing to do with those before."""
        self._ready = self.take()
        self._source, self._next_timestamp = arrival.source, None
        self._newest, self._taken = arrival.number, arrival.number - _LATEST

    def _put(self, arrival: Arrival) -> None:
        silences, self._owed = divmod(self._owed + self._missing_before(arrival), ogg.SILENCE_SAMPLES)
        self._ready += [ogg.SILENCE] * silences
        self._ready.append(arrival.payload)
        self._next_timestamp = arrival.timestamp + ogg.samples_in(arrival.payload)
        self.last_at = arrival.at

    def _missing_before(self, arrival: Arrival) -> int:
        """Samples. No more than can have passed by our own clock, whatever a sender claims."""
        if self.last_at is None:
            return 0
        passed = arrival.at - self.last_at
        if self._next_timestamp is None:
            return round(passed * ogg.RATE)
        missing = _signed(arrival.timestamp - self._next_timestamp, 32)
        return max(min(missing, round((passed + _AHEAD) * ogg.RATE)), 0)


def _signed(difference: int, bits: int) -> int:
    """The difference of two counters that wrap around, as the smaller way."""
    half = 1 << (bits - 1)
    return (difference + half) % (1 << bits) - half
