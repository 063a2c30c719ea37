"""What people corrected, kept when words are written anew. Pure functions over plain values; times in seconds.

What a person wrote stays word for word over the time that it covers, and what they took out stays out. Where they said
who spoke, that stays, while the words may be heard better now. Speakers get the numbers of those who spoke at the same
time before, so that names stay with their voices.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count
from typing import Any

from transcripts.engines.base import Word

#: The share of a voice, in time, that has to be the other's before it counts as the same.
SAME_VOICE = 0.3
NEAR = 1.0  # seconds around a word in which somebody who spoke before still counts as speaking


@dataclass(frozen=True, slots=True)
class Marked(Word):
    """A word with the marks of people. `voice`: the speaker that was heard, where a person says it was another."""

    edited: bool = False
    assigned: bool = False
    voice: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of time that belongs to a person's edit; `words` are what they wrote, none where it was taken out."""

    start: float
    end: float
    words: Sequence[Marked] = ()
    voices: frozenset[int] = frozenset()  # whose words they replace, where speakers have tracks of their own

    def covers(self, word: Word) -> bool:
        return self.start <= _middle(word) <= self.end


def marked(utterances: Iterable[Mapping[str, Any]]) -> list[Marked]:
    """The words of utterances as snapshots have them, in the order in which they began."""
    known = {field.name for field in fields(Marked)}
    found = [
        Marked(**{name: value for name, value in word.items() if name in known} | {"speaker": utterance["speaker"]})
        for utterance in utterances
        for word in utterance["words"]
    ]
    return sorted(found, key=lambda word: (word.start, word.end))


# --- who is who


def by_overlap(new: Sequence[Word], old: Sequence[Marked], taken: Iterable[int]) -> list[Word]:
    """The new words with the old numbers of their speakers. A new voice gets a number that is nobody's; `taken` are."""
    then = _Timeline(old)
    shared: Counter[tuple[int, int]] = Counter()
    now: Counter[int] = Counter()
    before: Counter[int] = Counter()
    for word in new:
        now[word.speaker] += _weight(word)
        if (speaker := then.speaker_at(_middle(word))) is not None:
            shared[word.speaker, speaker] += _weight(word)
            before[speaker] += _weight(word)
    numbers: dict[int, int] = {}
    for (found, known), weight in shared.most_common():
        same = weight >= SAME_VOICE * min(now[found], before[known])
        if same and found not in numbers and known not in numbers.values():
            numbers[found] = known
    free = (number for number in count() if number not in {*taken, *numbers.values()})
    for found in sorted(now.keys() - numbers.keys()):
        numbers[found] = next(free)
    return [replace(word, speaker=numbers[word.speaker]) for word in new]


def by_time(new: Sequence[Word], old: Sequence[Marked]) -> list[Word]:
    """The new words with whoever spoke then before, while nobody has told the new speakers apart."""
    then = _Timeline(old)
    found, last = [], 0
    for word in new:
        speaker = then.speaker_at(_middle(word))
        last = last if speaker is None else speaker
        found.append(replace(word, speaker=last))
    return found


class _Timeline:
    """Who spoke when."""

    def __init__(self, words: Sequence[Marked]) -> None:
        self._words = words
        self._starts = [word.start for word in words]

    def speaker_at(self, seconds: float) -> int | None:
        """None where nobody did, nor shortly before or after."""
        place = bisect_right(self._starts, seconds)
        near = [word for word in self._words[max(place - 1, 0) : place + 1] if _distance(word, seconds) <= NEAR]
        return min(near, key=lambda word: _distance(word, seconds)).speaker if near else None


def _distance(word: Word, seconds: float) -> float:
    return max(word.start - seconds, seconds - word.end, 0.0)


def _middle(word: Word) -> float:
    return (word.start + word.end) / 2


def _weight(word: Word) -> int:
    """Milliseconds; a word without length counts too."""
    return max(round(1000 * (word.end - word.start)), 1)


# --- what people wrote and said


def stretches(old: Sequence[Marked], removed: Iterable[tuple[float, float]]) -> list[Stretch]:
    """What to keep of the words that were there, and the spans, as (start, end), in which there should be none."""
    written = [
        Stretch(run[0].start, max(word.end for word in run), run, frozenset(_voice(word) for word in run))
        for run in _runs(old, lambda word: (word.edited, word.speaker))
        if run[0].edited
    ]
    middles = sorted(_middle(word) for word in old)
    empty = [Stretch(start, end) for start, end in removed if not _any_between(middles, start, end)]
    return [*written, *empty]


def _any_between(middles: Sequence[float], start: float, end: float) -> bool:
    return bisect_right(middles, end) > bisect_right(middles, start)


def _voice(word: Marked) -> int:
    return word.speaker if word.voice is None else word.voice


def _runs(words: Sequence[Marked], key: Any) -> Iterator[list[Marked]]:
    run: list[Marked] = []
    for word in words:
        if run and (key(run[-1]) != key(word) or word.start - run[-1].end > NEAR):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def keep(new: Sequence[Word], old: Sequence[Marked], kept: Sequence[Stretch], *, tracks: bool) -> list[Word]:
    """The new words, but what people wrote where they wrote it, and the speakers whom they named where they did.

    `tracks`: the speakers of the new words are their tracks, so that two may be heard at once.
    """
    found = [cut for word in new if (cut := _outside(word, kept, tracks=tracks)) is not None]
    spoken = [run for run in _runs(old, lambda word: (word.assigned, word.speaker, word.voice)) if run[0].assigned]
    spans = [(run[0].start, max(word.end for word in run), run[0]) for run in spoken]
    found = [_named(word, spans, tracks=tracks) for word in found]
    return sorted([*found, *(word for stretch in kept for word in stretch.words)], key=lambda one: (one.start, one.end))


def _outside(word: Word, kept: Iterable[Stretch], *, tracks: bool) -> Word | None:
    """The word, no longer than up to what is kept; None where that stands in its place."""
    for stretch in kept:
        if tracks and stretch.words and word.speaker not in stretch.voices:
            continue
        if stretch.start == stretch.end:  # something was put in between
            continue
        if stretch.covers(word):
            return None
        if word.start < stretch.start < word.end:
            word = replace(word, end=stretch.start)
        elif word.start < stretch.end < word.end:
            word = replace(word, start=stretch.end)
    return word


def _named(word: Word, spans: Iterable[tuple[float, float, Marked]], *, tracks: bool) -> Word:
    for start, end, one in spans:
        if start <= _middle(word) <= end and (not tracks or word.speaker == _voice(one)):
            plain = {field.name: getattr(word, field.name) for field in fields(Word)}
            return Marked(**plain | {"speaker": one.speaker}, assigned=True, voice=one.voice)
    return word
