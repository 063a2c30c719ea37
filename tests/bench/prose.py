"""Text like speech, drawn by Zipf's law: the frequent words are English, the others are invented."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

_listed = str.split

#: In the order of how often they are said. Search leaves them out.
FUNCTION_WORDS = _listed(
    "the and to of a in that it is i you we for was on be with as have not are this but they at so what do if or "
    "can about just which there from would will an my all your when had no were more who our like out up then them "
    "by has been he she his her how me could very some than because other into its over only also where their too"
)
#: The most frequent words that mean something.
TOPICAL_WORDS = _listed(
    "project team budget meeting customer release question week plan number product report deadline market design "
    "review support server testing price order contract service update problem result system office training group"
)
SIZE = 30_000
NAMES = _listed(
    "Ada Boris Chiara Deniz Emil Farah Goran Hanna Ivo Jana Kofi Lena Mirko Nora Omar Petra Rosa Sven Tala Uwe"
)
SURNAMES = _listed("Lindqvist Okafor Marino Haddad Novak Keller Tanaka Duarte Berger Castillo Nilsen Petrov")


def _invented() -> Iterator[str]:
    """Words of two to four syllables, all different."""
    onsets = _listed("b d f g k l m n p r s t v z br cl dr fl gr pl sk st tr")
    nuclei = _listed("a e i o u ai ou")
    codas = ["", "n", "r", "l", "s", "nt"]
    syllables = [onset + nucleus + coda for onset, nucleus, coda in itertools.product(onsets, nuclei, codas)]
    random = np.random.default_rng(1)
    seen = {*FUNCTION_WORDS, *TOPICAL_WORDS}
    while True:
        word = "".join(syllables[n] for n in random.integers(len(syllables), size=random.integers(2, 5)))
        if word not in seen:
            seen.add(word)
            yield word


class Prose:
    """Draws words; the same `seed` gives the same text."""

    def __init__(self, seed: int) -> None:
        self.vocabulary = np.array(
            [*FUNCTION_WORDS, *TOPICAL_WORDS, *itertools.islice(_invented(), SIZE)], dtype=object
        )
        self.random = np.random.default_rng(seed)
        weights = 1 / (np.arange(len(self.vocabulary)) + 2.7)
        self._steps = np.cumsum(weights / weights.sum())
        self._meaningful = len(FUNCTION_WORDS)

    def words(self, count: int) -> list[str]:
        """As people talk, without capitals or punctuation."""
        found: list[str] = self.vocabulary[np.searchsorted(self._steps, self.random.random(count))].tolist()
        return found

    def heading(self, count: int) -> str:
        """Words that mean something, the frequent ones first of all."""
        low = self._steps[self._meaningful - 1]
        drawn = low + (1 - low) * self.random.random(count)
        return " ".join(self.vocabulary[np.searchsorted(self._steps, drawn)]).capitalize()

    def sentences(self, count: int, *, length: int = 14) -> list[str]:
        return [" ".join(self.words(length)).capitalize() + "." for _ in range(count)]

    def lengths(self, total: int) -> Sequence[int]:
        """Utterances of 4 to 20 words that make up the total."""
        cut = np.cumsum(self.random.integers(4, 21, size=total // 4 + 1))
        return np.diff([0, *cut[cut < total], total]).tolist()

    def name(self) -> str:
        return f"{self.random.choice(NAMES)} {self.random.choice(SURNAMES)}"
