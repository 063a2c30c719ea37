"""The gate around every speech engine: silence, music, hum and loops must not become text.

Before the engine: `SpeechDetector` finds where somebody speaks, and `pieces` cuts that into what the engine is given.
After it: `review` marks words that are probably not speech. It marks and never deletes, since a reader can judge a
marked word, but not one that is gone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from transcripts.engines.base import Word
from transcripts.engines.transcription.activity import SpeechDetector

__all__ = ["LOW_CONFIDENCE", "SpeechDetector", "pieces", "plain", "review"]

Span = tuple[float, float]

#: What is left around speech for the engine to warm up and for word ends that the detector missed (seconds).
MARGIN = 0.4
#: A pause longer than this is never inside a piece: engines invent words in it (seconds).
LONGEST_PAUSE = 5.0
#: Pieces are between these shares of the target where pauses allow it; the rest of a talk may be shorter.
SHORT, LONG = 0.5, 1.25

#: Words may reach beyond the detected speech by this much (seconds) before they count as said in silence.
TOLERANCE = 0.3
#: A word is said in silence when less than this share of it lies in (tolerant) speech.
IN_SPEECH = 0.25

#: A sequence of up to so many words that comes so often in a row is a loop of the engine. The first one may be real.
LOOP_WORDS = 6
LOOP_TIMES = 4

#: Nobody says more words in a second; auctioneers reach 5.
WORDS_PER_SECOND = 8
#: An engine that loses its place piles words on one moment; one such word alone is only rounding.
PILE = 2

#: A run of so many words below this confidence is marked, by engine. Whisper and Parakeet give the mean probability of
#: a word's tokens, which is seldom so low where they are right; servers that send one are nearly all Whisper.
#: pocketsphinx gives a posterior that is low for right words as well (0.17 for "horizon"), so it is not used.
LOW_CONFIDENCE: Mapping[str, float] = {"whisper": 0.35, "parakeet": 0.45, "openai": 0.35, "gpu": 0.35}
LOW_RUN = 3


def pieces(
    spans: Sequence[Span], duration: float, target_seconds: float, dips: Sequence[tuple[float, float]] = ()
) -> list[Span]:
    """What to give the engine, as (start, end) in seconds: speech with a margin, cut at the longest pauses.

    `spans` and `dips` (time, level) come from `SpeechDetector`. Pieces are close to `target_seconds` where the talk is
    long enough, and never longer than 1.25 times that plus margins; where nobody pauses for so long, the cut is at
    the quietest moment. Silence gives no pieces.
    """
    units = [unit for span in spans for unit in _divided(span, target_seconds, dips)]
    groups = list(_groups(units, target_seconds))
    return [
        (
            max(0.0, start - _margin(start - groups[i - 1][1] if i else start * 2)),
            min(duration, end + _margin(groups[i + 1][0] - end if i + 1 < len(groups) else 2 * MARGIN)),
        )
        for i, (start, end) in enumerate(groups)
    ]


def review(words: Sequence[Word], spans: Sequence[Span] | None, *, engine: str = "") -> list[Word]:
    """The same words, with `suspect` set on those that are probably not speech.

    "silence": nobody was heard there (skipped when `spans` is None). "repetition": part of a loop. "rate": faster than
    anyone can speak. "confidence": a run that the engine itself doubts, judged by the threshold of `engine`.
    """
    reasons: dict[int, str] = {}
    for name, found in (
        ("silence", _in_silence(words, spans)),
        ("repetition", _in_loops(words)),
        ("rate", _too_fast(words)),
        ("confidence", _doubted(words, LOW_CONFIDENCE.get(engine))),
    ):
        for index in found:
            reasons.setdefault(index, name)
    return [replace(word, suspect=reasons[i]) if i in reasons else word for i, word in enumerate(words)]


def _divided(span: Span, target: float, dips: Sequence[tuple[float, float]]) -> Iterator[Span]:
    """A span that is too long for one piece, cut at its quietest moments."""
    start, end = span
    while end - start > LONG * target:
        low, high = start + SHORT * target, start + LONG * target
        inside = dips[bisect_left(dips, (low,)) : bisect_left(dips, (high,))]
        cut = min(inside, key=lambda dip: dip[1])[0] if inside else start + target
        yield start, cut
        start = cut
    yield start, end


def _groups(units: Sequence[Span], target: float) -> Iterator[Span]:
    """Neighbouring units together, each group ended by the longest pause that comes at a good length."""
    first = 0
    while first < len(units):
        last = _reach(units, first, LONG * target)
        if last + 1 < len(units) and units[last + 1][0] - units[last][1] <= LONGEST_PAUSE:
            good = [i for i in range(first, last + 1) if units[i][1] - units[first][0] >= SHORT * target]
            last = max(good, key=lambda i: units[i + 1][0] - units[i][1], default=last)
        yield units[first][0], units[last][1]
        first = last + 1


def _reach(units: Sequence[Span], first: int, longest: float) -> int:
    """The last unit that fits into one group with the first."""
    last = first
    while (
        last + 1 < len(units)
        and units[last + 1][1] - units[first][0] <= longest
        and units[last + 1][0] - units[last][1] <= LONGEST_PAUSE
    ):
        last += 1
    return last


def _margin(gap: float) -> float:
    return min(MARGIN, gap / 2)


def _in_silence(words: Sequence[Word], spans: Sequence[Span] | None) -> Iterator[int]:
    if spans is None:
        return
    ends = [end + TOLERANCE for _, end in spans]
    for index, word in enumerate(words):
        length = max(word.end - word.start, 0.01)
        heard = 0.0
        for start, end in spans[bisect_left(ends, word.start) :]:
            if start - TOLERANCE >= word.start + length:
                break
            heard += min(end + TOLERANCE, word.start + length) - max(start - TOLERANCE, word.start)
        if heard < IN_SPEECH * length:
            yield index


def _in_loops(words: Sequence[Word]) -> Iterator[int]:
    spoken = [(index, text) for index, word in enumerate(words) if (text := plain(word.text))]
    texts = [text for _, text in spoken]
    for size in range(1, LOOP_WORDS + 1):
        same = [i for i in range(len(texts) - size) if texts[i] == texts[i + size]]
        for run in _runs(same):
            if len(run) >= size * (LOOP_TIMES - 1):
                yield from (spoken[i + size][0] for i in run)


def _too_fast(words: Sequence[Word]) -> Iterator[int]:
    # Scripts without spaces come a character at a time: those are not words to count.
    counted = [i for i, word in enumerate(words) if len(plain(word.text)) > 1]
    for window in zip(*(counted[k:] for k in range(WORDS_PER_SECOND + 1)), strict=False):
        if words[window[-1]].end - words[window[0]].start < 1.0:
            yield from window
    for run in _runs(i for i, word in enumerate(words) if word.end <= word.start):
        if len(run) >= PILE:
            yield from run


def _doubted(words: Sequence[Word], threshold: float | None) -> Iterator[int]:
    if threshold is None:
        return
    low = (i for i, word in enumerate(words) if word.confidence is not None and word.confidence < threshold)
    for run in _runs(low):
        if len(run) >= LOW_RUN:
            yield from run


def _runs(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Consecutive numbers together."""
    run: list[int] = []
    for number in numbers:
        if run and number != run[-1] + 1:
            yield run
            run = []
        run.append(number)
    if run:
        yield run


def plain(text: str) -> str:
    """A word as it is compared: without punctuation and case."""
    return re.sub(r"[\W_]+", "", text).casefold()
