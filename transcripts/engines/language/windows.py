"""Meetings as text for a chat model, in pieces that fit its context window. Nothing is cut silently."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from transcripts.engines.base import Line

Item = TypeVar("Item")

# Without the model's own tokenizer: UTF-8 bytes, divided by a figure that errs on the long side. English takes 4.2
# bytes a token, German 3.5, Chinese and Japanese about 3.
_BYTES_PER_TOKEN = 3.0
_CLOSING = re.compile(r"<(?=\s*/?\s*(?:meeting|notes|topics)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberedLine:
    number: int
    line: Line

    def __str__(self) -> str:
        minutes, seconds = divmod(int(self.line.start), 60)
        hours, minutes = divmod(minutes, 60)
        speaker = harmless(self.line.speaker) or "?"
        return f"[{self.number}] {hours}:{minutes:02}:{seconds:02} {speaker}: {harmless(self.line.text)}"


def tokens_of(text: str) -> int:
    """An upper guess of how many tokens `text` takes."""
    return int(len(text.encode()) / _BYTES_PER_TOKEN) + 1


def numbered(lines: Sequence[Line], *, first: int = 0) -> list[NumberedLine]:
    """Lines with something in them, numbered from 1 by their place in the meeting."""
    return [NumberedLine(first + place + 1, line) for place, line in enumerate(lines) if line.text.strip()]


def harmless(text: str) -> str:
    """One line of text that cannot close the tags around it and pose as instructions."""
    return _CLOSING.sub("‹", " ".join(text.split()))


def pieces(lines: Sequence[NumberedLine], budget: int) -> list[list[NumberedLine]]:
    """The lines in order, in pieces of at most `budget` tokens; a line longer than that is spread over several."""
    return packed(list(_broken(lines, budget)), budget, text=str)


def packed(items: Sequence[Item], budget: int, *, text: Callable[[Item], str]) -> list[list[Item]]:
    """Items in order, as many to a group as fit `budget` tokens, at least one."""
    groups: list[list[Item]] = []
    room = 0
    for item in items:
        size = tokens_of(text(item)) + 1
        if not groups or size > room:
            groups.append([])
            room = budget
        groups[-1].append(item)
        room -= size
    return groups


def _broken(lines: Sequence[NumberedLine], budget: int) -> Iterator[NumberedLine]:
    for numbered_line in lines:
        over = tokens_of(str(numbered_line)) + 1
        if over <= budget:
            yield numbered_line
            continue
        line = numbered_line.line
        frame = tokens_of(str(replace(numbered_line, line=replace(line, text="")))) + 2
        for part in _parts(line.text, max(1, budget - frame)):
            yield replace(numbered_line, line=replace(line, text=part))


def _parts(text: str, budget: int) -> Iterator[str]:
    """`text` in parts of at most `budget` tokens, between words where there are any."""
    room = int(budget * _BYTES_PER_TOKEN) - 3
    part = ""
    for word in text.split():
        for bit in _bits(word, room):
            if part and len(f"{part} {bit}".encode()) > room:
                yield part
                part = ""
            part = f"{part} {bit}" if part else bit
    if part:
        yield part


def _bits(word: str, room: int) -> Iterator[str]:
    """A word whole, or, where nothing is spaced, in stretches of characters that take at most `room` bytes."""
    step = max(1, room // 4)
    if len(word.encode()) <= room:
        yield word
        return
    for start in range(0, len(word), step):
        yield word[start : start + step]
