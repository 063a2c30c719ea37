"""What a stretch of talk is about, in a few words.

Candidates are runs of content words between stop words and punctuation, as in RAKE (Rose et al. 2010). A candidate is
worth more the more often its words are said here, the less they are said elsewhere in the meeting, the more often they
are said together, and the earlier it comes (as in YAKE, Campos et al. 2020). Words keep the case in which they are
written inside sentences, so that acronyms, names and German nouns look right.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from transcripts.engines.language.words import Lexicon, is_unspaced, written_words

_BREAK = re.compile(r"[^\w\s’'\-./&+]|[.](?=\s|$)|[/]|\s[-–—]+\s|\n")
_LONGEST_PHRASE = 4
_LENGTH_WORTH = {1: 0.8, 2: 1.35, 3: 1.4, 4: 1.1}
_SURE, _UNSURE = 10, 1

Stems = tuple[str, ...]


@dataclass(slots=True)
class Vocabulary:
    """The words of a whole meeting: how they are written, who takes part, how common each is."""

    lexicon: Lexicon
    names: frozenset[str]
    said: Counter[str] = field(default_factory=Counter)
    forms: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def read(self, texts: Iterable[str]) -> None:
        """Counts the words of `texts`; a capital at the start of a run of words says little about a word's spelling."""
        for text in texts:
            for run in _runs(text):
                for place, word in enumerate(run):
                    self.said[self.lexicon.stem(word.lower())] += 1
                    self.forms[word.lower()][word] += _SURE if place or not word[:1].isupper() else _UNSURE

    def written(self, word: str) -> str:
        """`word` as it is written inside a sentence."""
        forms = self.forms.get(word.lower())
        if not forms:
            return word
        form, weight = forms.most_common(1)[0]
        sure = weight > _UNSURE or self.lexicon.table.keeps_case or _inner_capital(form)
        return form if sure else form.lower()

    def breaks(self, word: str) -> bool:
        """Whether a phrase cannot contain `word`: stop words, names of participants, words that are too general."""
        low = word.lower()
        return (
            self.lexicon.is_stop(low)
            or low in self.lexicon.table.weak_words
            or low in self.names
            or not any(letter.isalpha() for letter in word)
            or (len(low) < 2 and not is_unspaced(low))
            or low[-1] in "’'"  # what was cut off "I'll" or "l'accueil"; those that link are asked about before
        )

    def links(self, word: str) -> bool:
        """Whether `word` can stand between two words of a phrase ("de" in French)."""
        return word.lower().replace("’", "'") in self.lexicon.table.linkers


def key_phrases(texts: Sequence[str], vocabulary: Vocabulary, count: int) -> list[str]:
    """The `count` best phrases of `texts`, the best first, none repeating another's words."""
    found = _candidates(texts, vocabulary)
    if not found.times:
        return []
    scores = {stems: _score(stems, found, vocabulary) for stems in found.times}
    return _distinct(scores, found, vocabulary, count)


@dataclass(slots=True)
class _Candidates:
    times: Counter[Stems] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    surface: defaultdict[Stems, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    first: dict[Stems, int] = field(default_factory=dict)
    texts: int = 0


def _candidates(texts: Sequence[str], vocabulary: Vocabulary) -> _Candidates:
    found = _Candidates(texts=len(texts))
    for place, text in enumerate(texts):
        for run in _runs(text):
            for phrase in _phrases(run, vocabulary):
                _count(phrase, place, found, vocabulary)
    return found


def _count(phrase: Sequence[str], place: int, found: _Candidates, vocabulary: Vocabulary) -> None:
    """Counts all parts of a phrase that start and end with content; linking words inside do not count as words."""
    content = [number for number, word in enumerate(phrase) if not vocabulary.links(word)]
    stems = [vocabulary.lexicon.stem(phrase[number].lower()) for number in content]
    found.words.update(stems)
    for start, end in _parts(phrase, len(content)):
        key = tuple(stems[start:end])
        if len(set(key)) < len(key):
            continue
        words = phrase[content[start] : content[end - 1] + 1]
        found.times[key] += 1
        found.surface[key][_surface([vocabulary.written(word) for word in words])] += 1
        found.first.setdefault(key, place)


def _parts(phrase: Sequence[str], count: int) -> Iterable[tuple[int, int]]:
    """Which stretches of a phrase's `count` content words can be phrases of their own; pairs of characters cannot."""
    if is_unspaced(phrase[0]):
        return [(0, count)] if count <= _LONGEST_PHRASE else []
    return ((start, end) for start in range(count) for end in range(start + 1, min(count, start + _LONGEST_PHRASE) + 1))


def _surface(words: Sequence[str]) -> str:
    """Words as text again: nothing behind an elided article, and overlapping pairs of characters put together."""
    text = words[0]
    for word in words[1:]:
        if is_unspaced(word) and text[-1] == word[0]:
            text += word[1:]
        else:
            text += word if text[-1] in "’'" else f" {word}"
    return text


def _score(stems: Stems, found: _Candidates, vocabulary: Vocabulary) -> float:
    """The phrase's own words, lifted by how firmly they belong together and by an early place."""
    everything = sum(found.words.values())
    here = [found.words[stem] / everything for stem in stems]
    elsewhere = [(vocabulary.said[stem] - found.words[stem] + 1) / (vocabulary.said.total() + 1) for stem in stems]
    special = [share * max(0.1, math.log(share / rest)) for share, rest in zip(here, elsewhere, strict=True)]
    bond = found.times[stems] / min(found.words[stem] for stem in stems)
    repeated = 1.0 if found.times[stems] > 1 else 0.6
    early = 1.15 - 0.3 * found.first[stems] / max(1, found.texts)
    surface = found.surface[stems].most_common(1)[0][0]
    capital = 1.15 if any(_inner_capital(word) or word.isupper() for word in surface.split()) else 1.0
    mean = sum(special) / len(special)
    return mean * _LENGTH_WORTH[len(stems)] * math.sqrt(bond) * repeated * early * capital


def _distinct(scores: dict[Stems, float], found: _Candidates, vocabulary: Vocabulary, count: int) -> list[str]:
    chosen: list[str] = []
    taken: set[str] = set()
    for stems in sorted(scores, key=lambda key: (-scores[key], found.first[key], key)):
        if len(chosen) == count:
            break
        if taken & set(stems):
            continue
        taken |= set(stems)
        chosen.append(found.surface[stems].most_common(1)[0][0])
    return chosen


def _phrases(run: Sequence[str], vocabulary: Vocabulary) -> Iterable[list[str]]:
    """Runs of content words, with the words that link two of them ("page d'accueil")."""
    phrase: list[str] = []
    links: list[str] = []
    for word in run:
        if phrase and not links and vocabulary.links(word):
            links = [word]
        elif not vocabulary.breaks(word):
            phrase += [*links, word]
            links = []
        else:
            if phrase:
                yield phrase
            phrase, links = [], []
    if phrase:
        yield phrase


def _runs(text: str) -> Iterable[list[str]]:
    """Words between two marks of punctuation."""
    for piece in _BREAK.split(text):
        run = written_words(piece)
        if run:
            yield run


def _inner_capital(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:])
