"""Titles of topics: the subject as somebody announced it, or the key phrases of what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transcripts.engines.base import Line
from transcripts.engines.language.keyphrases import Vocabulary, key_phrases
from transcripts.engines.language.titles import clean_title, joined

_OPENING_LINES = 4  # a subject is announced at the start of its topic, give or take a misplaced boundary
_AT_ONCE = 2
_LONGEST_ANNOUNCEMENT = 6
_PHRASES = 2


def heading(lines: Sequence[Line], vocabulary: Vocabulary) -> str:
    """ "Rate limits: gateway and export endpoint" where the subject was announced, else the two best key phrases."""
    texts = [line.text for line in lines]
    announced = _announced(texts[:_OPENING_LINES], texts, vocabulary)
    phrases = key_phrases(texts, vocabulary, _PHRASES + len(announced.split()))
    conjunction = vocabulary.lexicon.table.conjunction
    if not announced:
        return clean_title(joined(phrases[:_PHRASES], conjunction))
    known = set(vocabulary.lexicon.content(announced))
    fresh = [phrase for phrase in phrases if not known & set(vocabulary.lexicon.content(phrase))]
    detail = joined(fresh[:_PHRASES], conjunction)
    return clean_title(f"{announced}: {detail}" if detail else announced)


def subject(title: str, vocabulary: Vocabulary) -> str:
    """The first thing a topic's title names, as it is written inside a sentence."""
    head = title.split(":", 1)[0]
    conjunction = vocabulary.lexicon.table.conjunction
    if conjunction and len(head.split()) > 2:
        head = head.split(f" {conjunction} ", 1)[0]
    first, _, rest = head.strip().partition(" ")
    return f"{vocabulary.written(first)} {rest}".strip()


def _announced(opening: Sequence[str], texts: Sequence[str], vocabulary: Vocabulary) -> str:
    table = vocabulary.lexicon.table
    if not table.announced:
        return ""
    for text in opening:
        for match in re.finditer(table.announced, text, re.IGNORECASE):
            what = re.sub(table.articles, "", match["what"].strip(), flags=re.IGNORECASE)
            if _is_subject(what, texts, vocabulary):
                return what
    return ""


def _is_subject(what: str, texts: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Short, about something, and either announced in the first words of the topic or talked about again."""
    words = what.split()
    if not words or len(words) > _LONGEST_ANNOUNCEMENT or all(vocabulary.breaks(word) for word in words):
        return False
    if vocabulary.breaks(words[-1]) or vocabulary.lexicon.is_stop(words[0]):
        return False
    stems = set(vocabulary.lexicon.content(what))
    said = [bool(stems & set(vocabulary.lexicon.content(text))) for text in texts]
    return any(said[:_AT_ONCE]) or sum(said) > 1
