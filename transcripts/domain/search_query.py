"""What people type into the search box, as terms: `budget "next year" or plan -draft`.

All words must occur, in any order; words in quotes stand side by side; `or` begins another choice; `-` leaves out.
Nothing that is typed is an error: a quote that is never closed closes at the end, and signs without a word say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: As `transcripts_search_pairs` in the database has it: scripts whose text is indexed in pairs of characters.
UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
LONGEST = 500  # characters
#: Each costs a look at the index, and words side by side cost more.
MOST_TERMS = 40

_TOKEN = re.compile(r'(-?)"([^"]*)"?|([^\s"]+)')
_PIECE = re.compile(rf"[{UNSPACED}]+|[^{UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words that stand side by side."""

    text: str
    excluded: bool = False


#: Choices, each of terms that must all hold.
Query = list[list[Term]]


def parse(typed: str) -> Query:
    choices: Query = [[]]
    for minus, quoted, word in _TOKEN.findall(unicodedata.normalize("NFC", typed)):
        if word.lower() == "or":
            choices.append([])
            continue
        excluded = bool(minus) or word.startswith("-")
        text = (quoted or word).lstrip("-") if excluded else quoted or word
        if any(character.isalnum() for character in text):
            choices[-1].append(Term(text, excluded))
    return [choice for choice in choices if choice]


def is_long(query: Query) -> bool:
    return sum(map(len, query)) > MOST_TERMS


def pieces(text: str) -> list[tuple[bool, str]]:
    """The text cut where scripts without spaces begin and end, each with whether it is of such a script."""
    return [(re.match(rf"[{UNSPACED}]", piece) is not None, piece) for piece in _PIECE.findall(text) if piece.strip()]


def pairs(run: str) -> str:
    """Characters of a script without spaces as a tsquery: pairs side by side, or what begins with the only one."""
    if len(run) == 1:
        return f"'{run}':*"
    return " <-> ".join(f"'{run[n : n + 2]}'" for n in range(len(run) - 1))
