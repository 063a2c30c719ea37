"""A corrected text gets the times of the words that it corrects. Pure functions over words as utterances keep them.

The old and the new text are aligned. Words that are in both stay as they are; where only capitals or marks differ, a
word keeps its times and gets the new spelling. Words that replace others share the time of those, one for one where
there are as many; words that are new share the silence between their neighbours.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Indel

from transcripts.engines.language.words import is_unspaced

Word = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the new text: old word number `old`, as it was or spelt as `text`, or a word that is new."""

    text: str
    old: int | None = None


def retimed(words: Sequence[Word], text: str) -> list[Word]:
    """The words of `text`, which has no space around it, where `words` were before. None of them for no text."""
    if not text:
        return []
    pieces = _of_characters(words, text) if is_unspaced(text) else _of_words(words, text)
    return _with_times(words, list(pieces))


# --- which words are still there


def _of_words(words: Sequence[Word], text: str) -> Iterator[Piece]:
    """Recognisers may split what people write as one, as in “twenty”, “-five”: such words stay together."""
    lumps = _lumps(words)
    new = text.split()
    old = ["".join(words[n]["text"] for n in lump).strip() for lump in lumps]
    paired = dict(_pairs([_plain(one) for one in old], [_plain(one) for one in new]))
    for place, one in enumerate(new):
        lump = lumps[paired[place]] if place in paired else []
        if lump and old[paired[place]] == one:
            yield from (_spaced(words[n]["text"], n, place, first=n == lump[0]) for n in lump)
        elif len(lump) == 1:
            yield Piece(_lead(words, place) + one, lump[0])
        else:
            yield Piece(_lead(words, place) + one)


def _lumps(words: Sequence[Word]) -> list[list[int]]:
    lumps: list[list[int]] = []
    for place, word in enumerate(words):
        if not lumps or word["text"][:1].isspace():
            lumps.append([])
        lumps[-1].append(place)
    return lumps


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(place in new, place in old) of what is in both."""
    for code in Indel.opcodes(old, new):
        if code.tag == "equal":
            yield from zip(range(code.dest_start, code.dest_end), range(code.src_start, code.src_end), strict=True)


def _plain(text: str) -> str:
    """Without capitals and marks; a mark alone is what it is."""
    bare = "".join(one for one in text.casefold() if unicodedata.category(one)[0] not in "PS")
    return bare or text


def _lead(words: Sequence[Word], place: int) -> str:
    first = words[0]["text"]
    return " " if place else first[: len(first) - len(first.lstrip())]


def _spaced(text: str, old: int, place: int, *, first: bool) -> Piece:
    """What stood at the beginning without a space needs one further on."""
    return Piece(f" {text}" if first and place and not text[:1].isspace() else text, old)


def _of_characters(words: Sequence[Word], text: str) -> Iterator[Piece]:
    """Where nothing separates words, one is still there when all its characters are, next to each other."""
    shifts = _shifts("".join(word["text"] for word in words), text)
    reached = begin = 0
    for place, word in enumerate(words):
        end = begin + len(word["text"])
        inner = range(begin + len(word["text"]) - len(word["text"].lstrip()), end)
        moves = {shifts.get(n) for n in inner}
        if inner and len(moves) == 1 and (move := moves.pop()) is not None and inner[0] + move >= reached:
            yield from _between(text[reached : inner[0] + move])
            yield Piece(text[inner[0] + move : end + move], place)
            reached = end + move
        begin = end
    yield from _between(text[reached:])


def _shifts(old: str, new: str) -> dict[int, int]:
    """How far each character of the old text that is in both has moved."""
    return {
        code.src_start + n: code.dest_start - code.src_start
        for code in Indel.opcodes(old, new)
        if code.tag == "equal"
        for n in range(code.src_end - code.src_start)
    }


def _between(text: str) -> Iterable[Piece]:
    return [Piece(text)] if text else []


# --- when they are said


def _with_times(words: Sequence[Word], pieces: Sequence[Piece]) -> list[Word]:
    found: list[Word] = []
    fresh: list[Piece] = []
    last = -1  # the old word that came before
    for piece in [*pieces, None]:
        if piece is not None and piece.old is None:
            fresh.append(piece)
            continue
        here = len(words) if piece is None or piece.old is None else piece.old
        found += _timed(words, fresh, last, here)
        fresh = []
        if piece is not None:
            found.append(_spelt(words[here], piece.text))
            last = here
    return found


def _spelt(word: Word, text: str) -> Word:
    if word["text"].strip() == text.strip():
        return {**word, "text": text}
    return {**{name: value for name, value in word.items() if name != "suspect"}, "text": text, "edited": True}


def _timed(words: Sequence[Word], fresh: Sequence[Piece], last: int, here: int) -> list[Word]:
    """New words between the old words number `last` and `here`; those between these two are gone."""
    gone = words[last + 1 : here]
    if len(gone) == len(fresh):
        spans = [(word["start"], word["end"]) for word in gone]
    elif gone:
        spans = _shared(gone[0]["start"], max(word["end"] for word in gone), fresh)
    else:
        start = words[last]["end"] if last >= 0 else words[0]["start"]
        end = words[here]["start"] if here < len(words) else max(word["end"] for word in words)
        spans = _shared(start, max(start, end), fresh)
    return [
        {"text": piece.text, "start": start, "end": end, "edited": True}
        for piece, (start, end) in zip(fresh, spans, strict=True)
    ]


def _shared(start: float, end: float, pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """The time in parts as long as the words are."""
    total = sum(len(piece.text) for piece in pieces)
    spans, reached = [], 0
    for piece in pieces:
        begin = start + (end - start) * reached / total
        reached += len(piece.text)
        spans.append((round(begin, 3), round(start + (end - start) * reached / total, 3)))
    return spans
