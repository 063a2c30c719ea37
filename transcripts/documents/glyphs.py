"""Which characters the fonts at hand can print. What they cannot is replaced by a mark that is seen, and named."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTFont, TTLibError

#: Noto Sans for Latin, Greek, Cyrillic and Devanagari; DejaVu Sans for what it lacks, Hebrew and Arabic among it.
FONTS = Path(__file__).parent / "fonts"
MISSING = "▯"

_INVISIBLE = {
    "Cf",
    "Mn",
    "Me",
}  # joiners, direction marks, variation selectors, accents: they need no glyph of their own


@cache
def covered(directory: Path) -> frozenset[int]:
    """The code points for which a font in the directory has a glyph."""
    return frozenset(code for path in _files(directory) for font in _fonts(path) for code in font.getBestCmap() or ())


def _files(directory: Path) -> Iterator[Path]:
    if directory.is_dir():
        yield from (path for path in sorted(directory.iterdir()) if path.suffix.lower() in (".ttf", ".otf", ".ttc"))


def _fonts(path: Path) -> Iterable[TTFont]:
    """Nothing for a file that is no font, as the typesetter passes over it too."""
    try:
        return TTCollection(path, lazy=True).fonts if path.suffix.lower() == ".ttc" else [TTFont(path, lazy=True)]
    except (TTLibError, OSError):
        return []


class Printable:
    """Takes values of JSON apart and gives them back with texts that can be printed; `missing` holds what cannot."""

    def __init__(self, *directories: Path) -> None:
        self._known = frozenset[int]().union(*(covered(directory) for directory in directories))
        self.missing: set[str] = set()

    def value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {name: self.value(each) for name, each in value.items()}
        return value

    def text(self, text: str) -> str:
        if text.isascii():
            return text
        lost = {letter for letter in set(text) if not self._prints(letter)}
        if not lost:
            return text
        self.missing |= lost
        return text.translate(dict.fromkeys(map(ord, lost), MISSING))

    def _prints(self, letter: str) -> bool:
        return ord(letter) in self._known or unicodedata.category(letter) in _INVISIBLE


def from_right(text: str) -> bool:
    """Whether the text is written from right to left, as its first letter says."""
    if text.isascii():
        return False
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((one for one in directions if one in ("L", "R", "AL")), "L") != "L"


def scripts(letters: Iterable[str]) -> list[str]:
    """What kinds of characters these are, for people, most common first: `["Chinese and Japanese", "emoji"]`."""
    counted: dict[str, int] = {}
    for letter in letters:
        kind = _kind(letter)
        counted[kind] = counted.get(kind, 0) + 1
    return sorted(counted, key=lambda kind: (-counted[kind], kind))


def _kind(letter: str) -> str:
    first = unicodedata.name(letter, "").partition(" ")[0]
    if first in ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"):
        return "Chinese and Japanese"
    if first == "HANGUL":
        return "Korean"
    if unicodedata.category(letter)[0] == "L":
        return first.capitalize()
    return "emoji and symbols"
