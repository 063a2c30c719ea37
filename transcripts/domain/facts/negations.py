"""What a text denies: the words that stand near a "not", without reading the grammar."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .tables import DENIALS, HALF_DENIALS
from .words import folded

_CLAUSE = re.compile(r"[.,;:!?…—–]+")
_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")
_AFTER, _BEFORE = 3, 2  # content words that a denial reaches
#: Where the denial may come after what it denies, whatever follows it.
_BOTH_WAYS = frozenset({"de", "nl"})


@dataclass(frozen=True, slots=True)
class Negations:
    """Content words that are denied and those that stand undenied somewhere; `half`: near other words that deny."""

    denied: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    half: frozenset[str] = frozenset()

    def __or__(self, other: Negations) -> Negations:
        return Negations(self.denied | other.denied, self.stated | other.stated, self.half | other.half)


def negations_in(text: str, language: str, stem: Callable[[str], str | None]) -> Negations:
    """`stem(word)` is the stem of a content word, None for any other."""
    found = Negations()
    for clause in _CLAUSE.split(text):
        found |= _in_clause(_WORD.findall(clause), language, stem)
    return found


def _in_clause(words: Sequence[str], language: str, stem: Callable[[str], str | None]) -> Negations:
    places = [place for place, word in enumerate(words) if _denies(word, language)]
    content = [(place, found) for place, word in enumerate(words) if place not in places and (found := stem(word))]
    denied = {word for place in places for word in _reach(place, content, language)}
    everything = frozenset(word for _, word in content)
    half = any(folded(word).startswith(tuple(HALF_DENIALS.get(language, frozenset()))) for word in words)
    return Negations(frozenset(denied), everything - denied, everything if half else frozenset())


def _denies(word: str, language: str) -> bool:
    plain = folded(word)
    return plain in DENIALS.get(language, frozenset()) or (language == "en" and plain.endswith("n't"))


def _reach(place: int, content: Sequence[tuple[int, str]], language: str) -> list[str]:
    after = [word for at, word in content if at > place][:_AFTER]
    before = [word for at, word in content if at < place][-_BEFORE:]
    return after + before if language in _BOTH_WAYS else after or before
