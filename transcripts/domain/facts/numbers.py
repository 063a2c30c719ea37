"""Numbers in a text, however they are written: "42", "forty-two", "zweiundvierzig", "10.000", "dix mille"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from .tables import CONNECTORS, NUMBERS, ORDINAL_ENDINGS, ORDINALS, RUN_TOGETHER
from .words import folded

_PIECE = re.compile(r"(?<!\w)\d+(?:[.,'’]\d+)*|[^\W\d_]+|[^\w\s]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’]\d{3})+")
_HUNDRED, _THOUSAND = 100, 1000
_LARGE = (1e3, 1e6, 1e9)
_BREAK = None  # what cannot be part of a number


def numbers_in(text: str, language: str) -> frozenset[float]:
    """The values. A lone "one" is left out: mostly it is an article or a pronoun."""
    found: set[float] = set()
    run: list[tuple[float, ...]] = []
    for values in _valued(text, language):
        if values is _BREAK:
            found.update(_combined(run))
            run = []
        elif values:
            run.append(values)
    found.update(_combined(run))
    return frozenset(found)


def _valued(text: str, language: str) -> Iterator[tuple[float, ...] | None]:
    """What each word and number is worth; () for what joins two of them."""
    connectors = CONNECTORS.get(language, frozenset())
    for piece in _PIECE.findall(text):
        if piece[0].isdigit():
            for value in _written(piece):
                yield _BREAK  # figures only go on with words, as in "10 thousand"
                yield (value,)
        elif piece == "-" or (folded(piece) in connectors):
            yield ()
        else:
            yield _spelled(folded(piece), language) or _BREAK


def _written(digits: str) -> Iterator[float]:
    """ "10.000" is one number, "3,5" too, "12.05.2024" is three."""
    if _GROUPED.fullmatch(digits):
        yield float(re.sub(r"\D", "", digits))
    elif len(parts := re.split(r"[.,'’]", digits)) == 2:
        yield float(".".join(parts))
    else:
        yield from map(float, parts)


@lru_cache(maxsize=50_000)
def _spelled(word: str, language: str) -> tuple[float, ...]:
    """The values of which a number word is made: one, or several where a language writes them together."""
    table = NUMBERS.get(language, {})
    if word in table:
        return (table[word],)
    if word in (ordinals := ORDINALS.get(language, {})):
        return (ordinals[word],)
    for ending in ORDINAL_ENDINGS.get(language, ()):
        if word.endswith(ending) and (values := _parts(word.removesuffix(ending), language)):
            return values
    return _parts(word, language)


def _parts(word: str, language: str) -> tuple[float, ...]:
    table = NUMBERS.get(language, {})
    if word in table:
        return (table[word],)
    if language not in RUN_TOGETHER:
        return ()
    values = _taken_apart(word, language)
    return (_sum(values),) if values else ()


def _taken_apart(word: str, language: str) -> tuple[float, ...]:
    """The number words, longest first, that make up all of `word`; () when something is left."""
    if not word:
        return ()
    table = NUMBERS[language]
    for end in range(len(word), 1, -1):
        if word[:end] not in table:
            continue
        rest = word[end:]
        if not rest:
            return (table[word[:end]],)
        for joint in ("", *RUN_TOGETHER[language]):
            if rest.startswith(joint) and (others := _taken_apart(rest.removeprefix(joint), language)):
                return (table[word[:end]], *others)
    return ()


def _sum(values: Sequence[float]) -> float:
    """Of a compound: units may stand before tens ("zweiundvierzig")."""
    total = current = 0.0
    for value in values:
        if value >= _THOUSAND:
            total, current = total + max(current, 1) * value, 0
        elif value == _HUNDRED:
            current = max(current, 1) * _HUNDRED
        else:
            current += value
    return total + current


def _combined(run: Sequence[tuple[float, ...]]) -> Iterator[float]:
    """The numbers in a row of number words: "nine hundred ten" is one, "seven four" are two."""
    total = current = 0.0
    last: float | None = None
    for value in (value for values in run for value in values):
        if last is not None and not _goes_on(current, last, value):
            yield from _kept(total + current)
            total = current = 0.0
        if value in _LARGE:
            total, current = total + max(current, 1) * value, 0
        elif value == _HUNDRED:
            current = max(current, 1) * _HUNDRED
        elif value == 20 and current == 4:  # "quatre-vingt"
            current = 80
        else:
            current += value
        last = value
    yield from _kept(total + current)


def _goes_on(current: float, last: float, value: float) -> bool:
    """Whether `value` belongs to the number that has come to `current` since its last thousand."""
    if value in _LARGE:
        return True
    if value == _HUNDRED:
        return 0 < current < _HUNDRED  # "twelve hundred"
    if last in _LARGE:
        return value < _THOUSAND
    if current % _HUNDRED == 0 and current >= _HUNDRED:
        return value < _HUNDRED
    french = (current in (60, 80) and 10 <= value < 20) or (current == 4 and value == 20)
    return french or (current % 10 == 0 and current % _HUNDRED >= 20 and value < 10)


def _kept(value: float) -> Iterator[float]:
    if value > 1:
        yield value
