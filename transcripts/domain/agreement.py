"""How far two transcripts of the same recording agree, and what each says at the same time."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Indel

#: Chinese and Japanese write no spaces: there a character counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_NOISE = re.compile(r"\[[^\]]{0,80}\]|\([^)]{0,80}\)|♪")
_APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")

#: Words, about two hours of speech: comparing them takes a tenth of a second.
MOST_AT_ONCE = 20_000


def words_of(text: str) -> list[str]:
    """Words without case, punctuation and apostrophes inside; what stands in brackets ("[music]") was not said."""
    said = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", _NOISE.sub(" ", text)).casefold())
    return _WORD.findall(said)


def agreement(ours: Sequence[str], theirs: Sequence[str]) -> float | None:
    """The share of words that both have in the same order, from 0 to 1; None where one of them has no words.

    Twice the longest common subsequence over the number of words of both: a word that only one has counts once, a word
    that differs twice. It says how far they agree, not which of them is right, and it does not look at times.

    The work grows with the square of the length and cannot be interrupted, so hours of words are compared in pieces,
    cut at the same share of both; what moves from one piece to another then counts as differing.
    """
    if not ours or not theirs:
        return None
    count = -(-max(len(ours), len(theirs)) // MOST_AT_ONCE)
    pairs = zip(_pieces(ours, count), _pieces(theirs, count), strict=True)
    differing = sum(Indel.distance(some, others) for some, others in pairs)
    return 1 - differing / (len(ours) + len(theirs))


def _pieces(words: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    size = len(words)
    return (words[size * n // count : size * (n + 1) // count] for n in range(count))


@dataclass(frozen=True, slots=True)
class Pair:
    """A cue, and what our words are from its beginning to that of the next."""

    start: float
    end: float
    theirs: str
    ours: str
    differs: bool


def side_by_side(words: Iterable[dict[str, Any]], cues: Sequence[dict[str, Any]]) -> list[Pair]:
    """`words` are those of utterances. A word belongs to the last cue that has begun when half of it is said."""
    beginnings = [cue["start"] for cue in cues]
    ours: list[list[str]] = [[] for _ in cues]
    for word in sorted(words, key=lambda word: word["start"]):
        middle = (word["start"] + word["end"]) / 2
        if cues:
            ours[max(bisect_left(beginnings, middle) - 1, 0)].append(word["text"])
    return [_pair(cue, "".join(texts).strip()) for cue, texts in zip(cues, ours, strict=True)]


def _pair(cue: dict[str, Any], ours: str) -> Pair:
    return Pair(cue["start"], cue["end"], cue["text"], ours, words_of(cue["text"]) != words_of(ours))
