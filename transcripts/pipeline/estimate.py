"""How long it will take: what earlier runs took, and the longest chain of steps that are left. Numbers in, numbers out.

All times are in seconds. Nothing here knows the database; `timings` brings the samples and `progress` uses the answers.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: A line through samples needs so many of them, and lengths that differ by so much; else a ratio is all they tell.
ENOUGH = 3
SPREAD = 1.25
#: Less is no length at all.
TINY = 0.01
#: Before anything has been learnt a step of weight 1 takes so long, and so much more for each second of the recording.
GUESS_FIXED = 0.5
GUESS_PER_AUDIO_SECOND = 0.006
#: A step that is late and says nothing of how far it is will take this share of its time more.
LATE = 0.1
#: What a step says of its own speed counts half once this share of it is done.
HALF_TRUST_LEARNT = 0.3
HALF_TRUST_GUESSED = 0.03
#: Steps that were guessed correct the guesses of the others; the guess itself counts as so many seconds of work.
PACE_PRIOR = 1.0

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """`fixed` seconds and `slope` for each unit of work, neither of them negative."""

    fixed: float
    slope: float

    def at(self, size: float) -> float:
        return self.fixed + self.slope * size


def fit(samples: Sequence[tuple[float, float]]) -> Line:
    """The line through (size, seconds) that a few odd samples do not move: medians, not means (Theil-Sen).

    Raises ValueError without samples.
    """
    if not samples:
        raise ValueError("Nothing can be learnt from no samples.")
    sizes = [size for size, _ in samples]
    if len(samples) < ENOUGH or min(sizes) < TINY or max(sizes) < SPREAD * min(sizes):
        return _ratio(samples)
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.combinations(samples, 2) if abs(a[0] - b[0]) > TINY]
    slope = max(statistics.median(slopes), 0.0)
    fixed = statistics.median(seconds - slope * size for size, seconds in samples)
    return Line(fixed, slope) if fixed >= 0 else _ratio(samples)


def _ratio(samples: Sequence[tuple[float, float]]) -> Line:
    sized = [seconds / size for size, seconds in samples if size >= TINY]
    if sized:
        return Line(0.0, statistics.median(sized))
    return Line(statistics.median(seconds for _, seconds in samples), 0.0)


def guess(weight: float, audio_seconds: float) -> float:
    """A conservative first guess of what a step takes, from its weight in the plan."""
    return weight * (GUESS_FIXED + GUESS_PER_AUDIO_SECOND * audio_seconds)


def busy(intervals: Iterable[Interval]) -> float:
    """The time in which at least one of them went on; waiting for a worker in between does not count."""
    total, until = 0.0, -math.inf
    for begin, end in sorted(intervals):
        total += max(end - max(begin, until), 0.0)
        until = max(until, end)
    return total


@dataclass(frozen=True, slots=True)
class Work:
    """A step as the estimate sees it. `share` of it is done, in `spent` seconds; `expected` is what it takes in all.

    `over` is true of what is done, was skipped or will not be done; `learnt` of what is expected from earlier runs of
    the same engine and model.
    """

    name: str
    needs: tuple[str, ...]
    expected: float
    learnt: bool = False
    over: bool = False
    share: float = 0.0
    spent: float = 0.0


def remaining(works: Sequence[Work], *, stretch: float = 1.0, pauses: float = 0.0) -> float:
    """Seconds until all is over: the longest chain of what is left, where steps that do not need each other overlap.

    `stretch` is by how much such runs take longer than their longest chain, because workers are fewer than steps;
    `pauses` is what they spend between steps in all.
    """
    pace = _pace(works)
    left = {work.name: _left(work, pace) for work in works}
    chain = longest(works, left)
    whole = longest(works, {work.name: _whole(work, pace) for work in works})
    return chain * stretch + pauses * (min(chain / whole, 1.0) if whole > 0 else 0.0)


def longest(works: Sequence[Work], seconds: Mapping[str, float]) -> float:
    """The length of the longest chain through the plan, in which every step stands below those it needs."""
    ends: dict[str, float] = {}
    for work in works:
        begin = max((ends[need] for need in work.needs if need in ends), default=0.0)
        ends[work.name] = begin + seconds[work.name]
    return max(ends.values(), default=0.0)


def _pace(works: Sequence[Work]) -> float:
    """How the guesses have turned out so far: 2.0 when what was guessed takes twice as long."""
    seen = [work for work in works if not work.learnt and work.spent > 0]
    expected = sum(work.expected * (1.0 if work.over else work.share) for work in seen)
    spent = sum(work.spent for work in seen if work.over or work.share > 0)
    return (spent + PACE_PRIOR) / (expected + PACE_PRIOR)


def _whole(work: Work, pace: float) -> float:
    if work.over:
        return work.spent
    return work.expected if work.learnt else work.expected * pace


def _left(work: Work, pace: float) -> float:
    """What is left of one step: by the clock at first, and by its own speed the more of it is done."""
    if work.over:
        return 0.0
    by_clock = max(_whole(work, pace) - work.spent, LATE * work.spent * (1 - work.share))
    if work.share <= 0:
        return by_clock
    by_speed = work.spent * (1 - work.share) / work.share
    half = HALF_TRUST_LEARNT if work.learnt else HALF_TRUST_GUESSED
    trust = work.share / (work.share + half) * min(work.spent, 1.0)
    return trust * by_speed + (1 - trust) * by_clock


def smooth(shown: float | None, age: float, raw: float) -> float:
    """What to show now: counts down from what was shown `age` seconds ago and bends towards `raw`, the newest estimate.

    It comes two thirds of the way within a twentieth of what is left, at least half a second and at most ten.
    """
    if shown is None:
        return raw
    bend = 1 - math.exp(-age / min(max(raw / 20, 0.5), 10.0))
    counted = max(shown - age, 0.0)
    return max(counted + bend * (raw - counted), 0.0)


def percent(spent: float, left: float, before: float) -> float:
    """The share of its time that has passed, in percent: never less than `before`, never 100 before the end."""
    now = 100 * spent / (spent + left) if spent > 0 else 0.0
    return max(before, round(min(now, 99.9), 1))


def as_done(works: Sequence[Work]) -> float:
    """The longest chain of what was done, by the time it took."""
    return longest(works, {work.name: work.spent for work in works})
