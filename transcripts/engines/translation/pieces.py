"""Long utterances in pieces that a translation model can take in, and their translations as one text again."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from transcripts.engines.language.words import is_unspaced

_SENTENCE_END = re.compile(r"(?<=[.!?…。！？।؟])\s*")


def pieces(text: str, longest: int) -> list[str]:
    """`text` cut between sentences, else between words, else anywhere, at most `longest` characters each."""
    found: list[str] = []
    for part in _parts(" ".join(text.split()), longest):
        if found and len(found[-1]) + 1 + len(part) <= longest:
            found[-1] = joined([found[-1], part])
        else:
            found.append(part)
    return found


def joined(parts: Sequence[str]) -> str:
    """Put together with spaces, but not in scripts that have none between words."""
    text = " ".join(part for part in parts if part)
    return "".join(parts) if is_unspaced(text) else text


def _parts(text: str, longest: int) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        yield from textwrap.wrap(sentence, longest) if len(sentence) > longest else [sentence] if sentence else []
