"""Words as the language engines count them: tokens, stems and what is content.

The stemmer only strips endings that the language's table lists. It is wrong for single words and right enough for
what it is used for: telling that "release", "releases" and "released" are about the same thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from transcripts.engines.language.tables import LanguageTable, table_for

_WORD = re.compile(r"\w+(?:[’'.\-]\w+)*")
# Scripts that put no space between words: Thai to Khmer, kana, Han. There a pair of characters stands in for a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
# "l'équipe", "d'ici", "dell'ordine", "I'll": what stands before the apostrophe is a function word.
_ELISION = re.compile(
    r"^(?:\w{1,2}|qu|jusqu|lorsqu|puisqu|quelqu|dell|nell|all|dall|sull|quell)[’'](?=\w)", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"[’']s$", re.IGNORECASE)

_SHORTEST_STEM = 4
_NEUTRAL_STOP_SHARE = 0.01
_NEUTRAL_STOP_TIMES = 5


def written_words(text: str) -> list[str]:
    """Words as written, in order; elided articles are words of their own ("l'", "accueil"), the possessive s is gone.

    Where nothing is spaced, pairs of characters stand in for words.
    """
    found: list[str] = []
    for match in _WORD.finditer(text):
        word = match.group()
        if _UNSPACED.search(word):
            found.extend(_pairs(word))
            continue
        elided = _ELISION.match(word)
        if elided:
            found.append(elided.group())
            word = word[elided.end() :]
        found.append(_POSSESSIVE.sub("", word))
    return found


def tokens(text: str) -> list[str]:
    """The same without the elided articles."""
    return [word for word in written_words(text) if word[-1] not in "’'"]


def word_count(text: str) -> int:
    """How many words a reader would count; two unspaced characters are one."""
    unspaced = sum(len(run) for run in _UNSPACED.findall(text))
    if not unspaced:
        return len(text.split())
    return len(_UNSPACED.sub(" ", text).split()) + (unspaced + 1) // 2


def is_unspaced(text: str) -> bool:
    return bool(_UNSPACED.search(text))


def _pairs(run: str) -> Iterable[str]:
    if len(run) < 2:
        return [run]
    return (run[place : place + 2] for place in range(len(run) - 1))


@dataclass(slots=True)
class Lexicon:
    """What counts as content in one language, for one meeting. Remembers stems, so keep one per meeting."""

    table: LanguageTable
    stop_words: frozenset[str]
    suffixes: tuple[str, ...] = ()  # the longest first
    _stems: dict[str, str] = field(default_factory=dict)

    def content(self, text: str) -> list[str]:
        """Stems of the words that say what a text is about, in order, with repetitions."""
        found = []
        for token in tokens(text):
            word = token.lower()
            if not self.is_stop(word) and (len(word) > 1 or is_unspaced(word)) and not word.isdigit():
                found.append(self.stem(word))
        return found

    def stem(self, word: str) -> str:
        """`word` in lower case without its ending."""
        known = self._stems.get(word)
        if known is None:
            known = self._stems[word] = _strip(word, self.suffixes)
        return known

    def is_stop(self, word: str) -> bool:
        """Whether `word` carries grammar and not meaning; in Japanese, all that is written in hiragana does."""
        return word.lower() in self.stop_words or bool(_HIRAGANA.search(word))


def lexicon_for(language: str, texts: Sequence[str]) -> Lexicon:
    """The table's stop words; for a language without a table, the words that `texts` use all the time."""
    table = table_for(language)
    suffixes = tuple(sorted(table.suffixes, key=len, reverse=True))
    return Lexicon(table=table, stop_words=table.stop_words or _commonest(texts), suffixes=suffixes)


def _commonest(texts: Sequence[str]) -> frozenset[str]:
    counts = Counter(token.lower() for text in texts for token in tokens(text))
    enough = max(_NEUTRAL_STOP_TIMES, _NEUTRAL_STOP_SHARE * sum(counts.values()))
    return frozenset(
        word for word, times in counts.items() if times >= enough and len(word) <= 5 and not is_unspaced(word)
    )


def _strip(word: str, suffixes: Sequence[str]) -> str:
    for suffix in suffixes:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            stem = word[: -len(suffix)]
            return stem[:-1] if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] else stem
    return word
