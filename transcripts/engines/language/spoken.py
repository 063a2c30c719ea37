"""From utterances to sentences that can stand on a page.

Spoken language is messy: fillers, restarts, half sentences. Here utterances are cut into sentences, tidied (nothing is
added but capitals and a final stop), and marked with what keeps them out of a summary. Transcripts of the draft engine
have neither capitals nor punctuation; there an utterance is a sentence, cut before a joining word where it is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from transcripts.engines.base import Line
from transcripts.engines.language.tables import LanguageTable
from transcripts.engines.language.words import word_count

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”»’']?\s+(?=[\"“«„¿¡]?\S)|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:^|\s)(?:mr|mrs|ms|dr|prof|st|no|nr|e\.g|i\.e|z\.b|d\.h|bzw|ca|usw|inkl|vs|etc|approx|sig|sr|sra|art|p|m|mme|\d{1,2}|[a-z])\.$",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"\b(\w+(?:[’']\w+)?(?: \w+(?:[’']\w+)?){0,2}?)(?:[,…\- ]+\1\b)+", re.IGNORECASE)
_RESTART = re.compile(r"\b\w+[-–—]+ (?=\w)")
_STRAY = re.compile(r"\s*,(?:\s*,)+|^[\s,.;:–—-]+")

_WORDS_PER_STOP = 40  # an utterance longer than this, or a transcript with fewer stops, is not punctuated
_LONG_UTTERANCE, _SHORT_PIECE = 18, 7
_SAME_BREATH = 1.5  # seconds between two utterances that can be one sentence


@dataclass(frozen=True, slots=True)
class Sentence:
    """A tidied sentence. `start` is its second, `line` the number of the utterance in which it begins."""

    text: str
    speaker: str
    start: float
    line: int
    question: bool
    raw: str

    @property
    def words(self) -> int:
        return word_count(self.text)


def sentences(lines: Sequence[Line], table: LanguageTable) -> list[Sentence]:
    """All that was said, in order, a sentence each; mere fillers are dropped."""
    punctuated = is_punctuated(lines)
    found = []
    for number, line in _joined(lines) if punctuated else enumerate(lines):
        pieces = _split(line.text) if punctuated else _cut(line.text, table)
        for raw, start in _timed(pieces, line):
            text = tidy(raw, table) or _bare(raw, table)
            if text:
                found.append(
                    Sentence(text, line.speaker, start, number, raw.rstrip("\"”»’' ").endswith(("?", "？")), raw)
                )
    return found


def is_punctuated(lines: Sequence[Line]) -> bool:
    """Whether full stops can be relied on to end sentences."""
    words = sum(word_count(line.text) for line in lines)
    stops = sum(len(re.findall(r"[.!?。！？…]", line.text)) for line in lines)
    return stops * _WORDS_PER_STOP >= words


def tidy(text: str, table: LanguageTable) -> str:
    """`text` without fillers, empty openings and stutters, with a capital at its start and a stop at its end.

    >>> tidy("Yeah, so, um, we we should, you know, ask them", table_for("en"))
    'We should ask them.'
    """
    text = _strip_openers(text.strip(), table)
    if table.fillers:
        text = _pattern(rf",?\s*(?:{table.fillers})(?=\W|$),?").sub(" ", text)
    text = _DOUBLED.sub(r"\1", _RESTART.sub("", text))
    if table.inserts:
        text = _pattern(rf",\s*(?:{table.inserts}),\s*").sub(" ", text)
    text = _strip_openers(_STRAY.sub(lambda found: "," if found.start() else "", text), table)
    text = re.sub(r"\s+([,.;:!?])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;:–—-…")
    if not re.search(r"\w", text):
        return ""
    return _finished(_capitalised(text, table))


def _bare(text: str, table: LanguageTable) -> str:
    """An "Okay." that tidying would leave nothing of: it may be the answer that makes a decision."""
    text = _pattern(table.fillers).sub("", text) if table.fillers else text
    return text.strip() if re.search(r"\w", text) else ""


def quotes_speaker(text: str, table: LanguageTable) -> bool:
    """Whether the sentence makes no sense without knowing who said it ("I", "my")."""
    return bool(table.first_person) and bool(_pattern(table.first_person).search(text))


def attributed(sentence: Sentence, table: LanguageTable) -> str:
    """The sentence as it was said, with its speaker's name in front where it says "I"."""
    if sentence.speaker and quotes_speaker(sentence.text, table):
        return f"{sentence.speaker}: {sentence.text}"
    return sentence.text


def matches(expression: str, text: str) -> bool:
    """Whether a table's expression, which may be empty, is found in `text`."""
    return bool(expression) and bool(_pattern(expression).search(text))


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE)


def _joined(lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Utterances with their numbers; one that stops in mid-sentence is joined with its speaker's next."""
    number, held = 0, None
    for here, line in enumerate(lines):
        if held is not None and _continues(held, line):
            held = Line(held.speaker, held.start, line.end, f"{held.text.rstrip()} {line.text.lstrip()}")
            continue
        if held is not None:
            yield number, held
        number, held = here, line
    if held is not None:
        yield number, held


def _continues(held: Line, line: Line) -> bool:
    if held.speaker != line.speaker or line.start - held.end > _SAME_BREATH:
        return False
    return not held.text.rstrip().endswith((".", "!", "?", "…", "。", "！", "？", '"', "”"))


def _split(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _SENTENCE_END.split(text):
        if pieces and _ABBREVIATION.search(pieces[-1]):
            pieces[-1] += f" {piece}"
        elif piece.strip():
            pieces.append(piece.strip())
    return pieces


def _cut(text: str, table: LanguageTable) -> list[str]:
    """An unpunctuated utterance, cut before joining words into pieces that one can read."""
    words = text.split()
    if len(words) <= _LONG_UTTERANCE:
        return [text] if words else []
    pieces, piece = [], [words[0]]
    for place, word in enumerate(words[1:], start=1):
        room_after = len(words) - place >= _SHORT_PIECE
        if word.lower() in table.joints and len(piece) >= _SHORT_PIECE and room_after:
            pieces.append(" ".join(piece))
            piece = []
        piece.append(word)
    return [*pieces, " ".join(piece)]


def _timed(pieces: Sequence[str], line: Line) -> Iterator[tuple[str, float]]:
    """Each piece with its second, guessed from its place among the characters of the utterance."""
    total = sum(len(piece) for piece in pieces) or 1
    before = 0
    for piece in pieces:
        yield piece, round(line.start + (line.end - line.start) * before / total, 2)
        before += len(piece)


def _strip_openers(text: str, table: LanguageTable) -> str:
    """Takes "Okay, so" off, as long as there is some; an opener counts only where a word boundary follows it."""
    if not table.openers:
        return text
    nothing = "|".join(part for part in (table.openers, table.fillers) if part)
    opener = _pattern(rf"^(?:{nothing})(?:\s*[,.!…–—-]+\s*|\s+(?=\S))")
    loose = _pattern(rf"^(?:{table.loose_openers})\s+(?=\S)") if table.loose_openers else None
    while True:
        found = opener.match(text)
        if found is None or (not re.search(r"[,.!…–—-]", found.group()) and not (loose and loose.match(text))):
            return text
        text = text[found.end() :]


def _capitalised(text: str, table: LanguageTable) -> str:
    if table.proper and text == text.lower():
        text = re.sub(r"[\w’']+", lambda word: _proper(word.group(), table), text)
    return text[0].upper() + text[1:]


def _proper(word: str, table: LanguageTable) -> str:
    return word[0].upper() + word[1:] if word.replace("’", "'") in table.proper else word


def _finished(text: str) -> str:
    return text if text[-1] in ".!?…。！？" else f"{text}."
