"""A meeting as evidence: what each utterance says, indexed so that any claim about it can be compared quickly.

Words that the gate does not trust are no evidence; whoever builds the utterances leaves them out (`trusted_text`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from transcripts.domain.facts import Negations, dates_in, folded, negations_in, numbers_in
from transcripts.engines.language.words import Lexicon, lexicon_for, tokens

NEAR = 3.0  # seconds beyond an utterance in which a citation still means it
_ROOT = 6  # letters by which two stems are taken for one: "announ|ce", "announ|cement"
_COMPOUND = 5  # letters that a part of a compound must have to count
_GLUES = frozenset({"de", "nl"})  # languages that write compounds as one word


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance, with only the words that are trusted."""

    speaker: int
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Facts:
    """What a text says, in a form that can be compared."""

    roots: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[float]
    dates: frozenset[str]
    negations: Negations
    run: str  # all words without spaces, for names that are written apart


def trusted_text(words: Sequence[Mapping[str, Any]], text: str) -> str:
    """The text of an utterance without its suspect words; `words` as they are kept on an utterance."""
    if not any(word.get("suspect") for word in words):
        return text
    return "".join(word["text"] for word in words if not word.get("suspect")).strip()


@dataclass
class Meeting:
    """`names` has, for each speaker number, all that this speaker is called ("Speaker 0", "Anna Schmidt")."""

    heard: Sequence[Heard]
    language: str
    names: Mapping[int, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.language = self.language.lower().replace("_", "-").split("-")[0]
        self.facts = [self.facts_of(one.text) for one in self.heard]
        self.starts = [one.start for one in self.heard]
        self._said_in: dict[str, list[int]] = defaultdict(list)
        for place, facts in enumerate(self.facts):
            for root in facts.roots:
                self._said_in[root].append(place)
        self._places: dict[str, frozenset[int]] = {}

    @cached_property
    def lexicon(self) -> Lexicon:
        return lexicon_for(self.language, [one.text for one in self.heard])

    @cached_property
    def everything(self) -> Facts:
        return joined(self.facts)

    @cached_property
    def labels(self) -> dict[str, frozenset[int]]:
        """How speakers can be called, folded, the longest first, with the numbers of those who are called so."""
        found: dict[str, set[int]] = defaultdict(set)
        for speaker, names in self.names.items():
            for name in names:
                found[folded(name)].add(speaker)
                for part in name.split() if not re.search(r"\d", name) else ():
                    if len(part) > 2:
                        found[folded(part)].add(speaker)
        return {name: frozenset(found[name]) for name in sorted(found, key=len, reverse=True)}

    def facts_of(self, text: str) -> Facts:
        words = [folded(token) for token in tokens(text)]
        return Facts(
            roots=frozenset(root(stem) for stem in self.lexicon.content(text)),
            words=frozenset(words),
            numbers=numbers_in(text, self.language),
            dates=dates_in(words, self.language),
            negations=negations_in(text, self.language, self.content_root),
            run="".join(words).replace("-", ""),
        )

    def content_root(self, word: str) -> str | None:
        found = self.lexicon.content(word)
        return root(found[0]) if found else None

    def places(self, claimed: str) -> frozenset[int]:
        """The utterances in which a root is said, or, in languages that glue words together, one that shares a part."""
        known = self._places.get(claimed)
        if known is None:
            known = self._places[claimed] = frozenset(
                place for one in self.alike(claimed) for place in self._said_in[one]
            )
        return known

    def alike(self, claimed: str) -> list[str]:
        """The roots said in this meeting that mean the same as this one, as far as spelling shows."""
        if claimed in self._said_in:
            return [claimed]
        if self.language not in _GLUES or len(claimed) < _COMPOUND:
            return []
        prefixes = self.lexicon.table.verb_prefixes
        bare = [claimed.removeprefix(prefix) for prefix in prefixes if claimed.startswith(prefix)]
        return [one for one in bare if len(one) > 2 and one in self._said_in]

    def cited(self, seconds: Iterable[float]) -> list[int]:
        """The utterances that the citations point into, or close to; those that point nowhere are left out."""
        return sorted({place for second in seconds if (place := self._at(second)) is not None})

    def _at(self, second: float) -> int | None:
        last = bisect_left(self.starts, second + 0.05)
        near = range(max(0, last - 4), min(len(self.heard), last + 1))
        distance = {place: _distance(self.heard[place], second) for place in near}
        best = min(distance, key=lambda place: (distance[place], -place), default=None)
        return best if best is not None and distance[best] <= NEAR else None

    def around(self, places: Iterable[int], reach: int) -> list[int]:
        """The utterances and their neighbours."""
        return sorted(
            {near for place in places for near in range(max(0, place - reach), min(len(self.heard), place + reach + 1))}
        )

    def said_at(self, places: Iterable[int]) -> Facts:
        return joined([self.facts[place] for place in places])


def root(stem: str) -> str:
    return folded(stem)[:_ROOT]


def joined(facts: Sequence[Facts]) -> Facts:
    negations = [one.negations for one in facts]
    return Facts(
        roots=frozenset().union(*(one.roots for one in facts)),
        words=frozenset().union(*(one.words for one in facts)),
        numbers=frozenset().union(*(one.numbers for one in facts)),
        dates=frozenset().union(*(one.dates for one in facts)),
        negations=Negations(
            denied=frozenset().union(*(one.denied for one in negations)),
            stated=frozenset().union(*(one.stated for one in negations)),
            half=frozenset().union(*(one.half for one in negations)),
        ),
        run=" ".join(one.run for one in facts),
    )


def _distance(one: Heard, second: float) -> float:
    return max(one.start - second, second - one.end, 0.0)
