"""Choosing the sentences that a reader should see: central, complete, understandable on their own, all different."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from transcripts.engines.base import Line
from transcripts.engines.language.keyphrases import Vocabulary
from transcripts.engines.language.ranking import Vector, centrality, choose, similarity, vectors
from transcripts.engines.language.spoken import Sentence, matches, quotes_speaker, sentences
from transcripts.engines.language.tables import LanguageTable
from transcripts.engines.language.words import lexicon_for

_FEWEST_WORDS, _MOST_WORDS = 6, 45
_FEWEST_CONTENT = 3
_FULL_LENGTH, _LONG = 11, 28  # words; between the two a sentence is neither thin nor hard to read
_WEIGHTY, _QUOTED, _LEANING, _NUMBER = 1.35, 0.85, 0.4, 1.08
_VERBLESS, _ADDRESSED, _UNFINISHED = 0.4, 0.3, 0.4
_POOL = 60  # sentences among which repetition is looked for, for each one wanted

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A meeting read once: its sentences, what each is worth, and its words."""

    lines: list[Line]
    language: str
    table: LanguageTable
    vocabulary: Vocabulary
    sentences: list[Sentence]
    vectors: list[Vector]
    worth: list[float]

    @classmethod
    def of(cls, lines: Sequence[Line], language: str) -> Reading:
        texts = [line.text for line in lines]
        lexicon = lexicon_for(language, texts)
        names = frozenset(part.lower() for line in lines for part in line.speaker.split())
        vocabulary = Vocabulary(lexicon, names)
        vocabulary.read(texts)
        said = sentences(lines, lexicon.table)
        weights = vectors([lexicon.content(sentence.text) for sentence in said])
        ranks = centrality(weights)
        worth = [
            float(rank) * _quality(sentence, vector, lexicon.table, names)
            for rank, sentence, vector in zip(ranks, said, weights, strict=True)
        ]
        return cls(list(lines), language, lexicon.table, vocabulary, said, weights, worth)


def best_sentences(
    reading: Reading, *, first: int, last: int, count: int, spans: Sequence[Span] = ()
) -> list[Sentence]:
    """Up to `count` sentences of lines[first..last], in the order in which they were said.

    With `spans`, they are taken evenly from these. Fewer come back where fewer are worth reading.
    """
    inside = [place for place, sentence in enumerate(reading.sentences) if first <= sentence.line <= last]
    inside = [place for place in inside if reading.worth[place] > 0]
    if spans:
        inside = _best_of_each(inside, spans, -(-count // len(spans)), reading)
    inside = sorted(inside, key=lambda place: -reading.worth[place])[: _POOL * count]
    best = max((reading.worth[place] for place in inside), default=1.0)
    chosen = choose(
        [reading.worth[place] / best for place in inside], [reading.vectors[place] for place in inside], count
    )
    return [reading.sentences[place] for place in sorted(inside[index] for index in chosen)]


def merged(reading: Reading, spans: Sequence[Span], count: int) -> list[Span]:
    """Neighbouring topics joined, the most alike and shortest first, until there are no more than `count`."""
    groups = list(spans)
    stems = [_stems(reading, span) for span in spans]
    sizes = [len(words) for words in stems]
    topics = list(vectors(stems))
    total = sum(sizes) or 1

    def cost(place: int) -> float:
        return (sizes[place] + sizes[place + 1]) / total - similarity(topics[place], topics[place + 1])

    while len(groups) > count:
        place = min(range(len(groups) - 1), key=cost)
        groups[place : place + 2] = [(groups[place][0], groups[place + 1][1])]
        topics[place : place + 2] = [_sum(topics[place], sizes[place], topics[place + 1], sizes[place + 1])]
        sizes[place : place + 2] = [sizes[place] + sizes[place + 1]]
    return groups


def _sum(one: Vector, weight: int, other: Vector, other_weight: int) -> Vector:
    """Two vectors added by weight, of length 1 again."""
    words = one.keys() | other.keys()
    raw = {word: weight * one.get(word, 0.0) + other_weight * other.get(word, 0.0) for word in sorted(words)}
    length = math.hypot(*raw.values()) or 1.0
    return {word: value / length for word, value in raw.items()}


def _stems(reading: Reading, span: Span) -> list[str]:
    text = " ".join(line.text for line in reading.lines[span[0] : span[1] + 1])
    return reading.vocabulary.lexicon.content(text)


def _best_of_each(places: Sequence[int], spans: Sequence[Span], each: int, reading: Reading) -> list[int]:
    kept: list[int] = []
    for first, last in spans:
        inside = [place for place in places if first <= reading.sentences[place].line <= last]
        kept += sorted(inside, key=lambda place: -reading.worth[place])[:each]
    return kept


def _quality(sentence: Sentence, vector: Vector, table: LanguageTable, names: frozenset[str]) -> float:
    """How well a sentence reads on its own; 0 for what nobody wants in a summary."""
    words = sentence.words
    if sentence.question or not _FEWEST_WORDS <= words <= _MOST_WORDS or len(vector) < _FEWEST_CONTENT:
        return 0.0
    if matches(table.chatter, sentence.text) or matches(table.agreement, sentence.text):
        return 0.0
    quality = min(1.0, words / _FULL_LENGTH) * min(1.0, _LONG / words)
    if matches(table.weighty, sentence.text):
        quality *= _WEIGHTY
    if matches(table.leaning, sentence.text):
        quality *= _LEANING
    if matches(table.dangling, sentence.text.rstrip(".")):
        quality *= _UNFINISHED
    if table.verbs and not matches(table.verbs, sentence.text):
        quality *= _VERBLESS
    if sentence.text.split(",")[0].lower() in names:
        quality *= _ADDRESSED
    if quotes_speaker(sentence.text, table):
        quality *= _QUOTED
    if any(character.isdigit() for character in sentence.text):
        quality *= _NUMBER
    return quality
