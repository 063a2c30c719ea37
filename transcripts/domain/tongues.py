"""Which language a text is written in, by its little words: enough to tell that two texts differ."""

from __future__ import annotations

from functools import cache

from transcripts.domain.facts import folded
from transcripts.engines.language.tables import LanguageTable, table_for
from transcripts.engines.language.words import tokens

CODES = ("de", "en", "es", "fr", "it", "nl", "pt")
_FEWEST_WORDS = 12  # a shorter text tells nothing
_CLEAR = 0.25  # share of little words from which a language is recognised
_AHEAD = 1.3  # times as many as of the next best


def guess(text: str) -> str | None:
    """ISO 639-1 code of the language; None when the text is short, or in none of those that have a table."""
    words = [folded(token) for token in tokens(text)]
    if len(words) < _FEWEST_WORDS:
        return None
    shares = sorted(((_share(words, code), code) for code in CODES), reverse=True)
    (best, code), (second, _) = shares[0], shares[1]
    return code if best >= _CLEAR and best >= _AHEAD * second else None


def differs(text: str, spoken: str) -> bool:
    """Whether `text` is clearly in another language than `spoken`; of few words, nobody can tell."""
    found = guess(text)
    return found is not None and len(tokens(spoken)) >= _FEWEST_WORDS and found != guess(spoken)


def _share(words: list[str], code: str) -> float:
    little = _little_words(code)
    return sum(word in little for word in words) / len(words)


@cache
def _little_words(code: str) -> frozenset[str]:
    table: LanguageTable = table_for(code)
    return frozenset(folded(word) for word in table.stop_words)
