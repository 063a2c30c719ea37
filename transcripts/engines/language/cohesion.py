"""Where one topic ends and the next begins, from the words alone.

Text on one subject repeats its words. Between every two utterances the words of the stretch before are compared with
the words of the stretch after (the block comparison of Hearst 1997, "TextTiling: Segmenting Text into Multi-paragraph
Subtopic Passages"); where they have little in common, the subject may have changed. A long pause, a phrase that opens
a subject and an answer that belongs to a question move a boundary by a line or two. Which gaps are taken is decided
for the whole meeting at once, by the cheapest division under a cost for lengths far from the wanted one, so that one
noisy stretch does not cut a topic in half. (Picking valleys by their depth, as TextTiling does, misplaced three times
as many boundaries in shuffled meetings.) Time and memory grow linearly with the length of the text.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.base import Line
from transcripts.engines.language.tables import LanguageTable
from transcripts.engines.language.words import lexicon_for, word_count

#: No topic is shorter than this, in words, unless the whole text is.
SHORTEST_TOPIC = 60

_WINDOW = 90  # words on either side of a gap
_BLOCK = 60  # words in one "document" when counting how many know a word
_LENGTH_COST = 1.5
_LONG_PAUSE = 2.0  # seconds that say as much as a phrase that opens a subject
_CUE_SHIFT, _CUE_PAUSE, _CUE_QUESTION, _CUE_SAME_SPEAKER = 0.7, 0.5, -0.6, -0.15

Floats = NDArray[np.float64]


def segment(lines: Sequence[Line], *, target_words: int = 300, language: str = "") -> list[tuple[int, int]]:
    """Topics of a meeting as (first, last) indices into `lines`, both inclusive, covering all lines in order.

    `target_words` is the length to aim for: topics of half to three times as much are common. `language` (ISO 639-1)
    brings stop words and the phrases that open a subject; without it, frequent words count as stop words.
    No lines give no topics; a text shorter than two topics of `SHORTEST_TOPIC` words is one.
    """
    if not lines:
        return []
    lengths = [max(1, word_count(line.text)) for line in lines]
    if len(lines) == 1 or sum(lengths) < 2 * SHORTEST_TOPIC:
        return [(0, len(lines) - 1)]
    lexicon = lexicon_for(language, [line.text for line in lines])
    stems = [lexicon.content(line.text) for line in lines]
    gains = _breaks(stems, lengths) + _cues(lines, lexicon.table)
    return _divide(gains, lengths, target_words)


def _breaks(stems: Sequence[Sequence[str]], lengths: Sequence[int]) -> Floats:
    """For each gap between two lines, how little its two sides share, as a standard score."""
    similarity = _similarities(stems, lengths, _weights(stems, lengths), _WINDOW)
    spread = float(similarity.std())
    if spread < 1e-9:
        return np.zeros_like(similarity)
    return np.asarray((similarity.mean() - similarity) / spread)


def _weights(stems: Sequence[Sequence[str]], lengths: Sequence[int]) -> dict[str, float]:
    """Squared inverse document frequency of every stem that is said twice or more; blocks of words are documents."""
    times: Counter[str] = Counter()
    blocks: defaultdict[str, set[int]] = defaultdict(set)
    for words, end in zip(stems, accumulate(lengths), strict=True):
        times.update(words)
        for word in words:
            blocks[word].add(end // _BLOCK)
    documents = 1 + sum(lengths) // _BLOCK
    return {word: math.log(1 + documents / len(blocks[word])) ** 2 for word in times if times[word] > 1}


def _similarities(
    stems: Sequence[Sequence[str]], lengths: Sequence[int], weights: dict[str, float], window: int
) -> Floats:
    """Cosine of the `window` words before and after each gap, kept up to date as the gap moves line by line."""
    pair = _WindowPair(stems, weights)
    found = []
    ends = list(accumulate(lengths, initial=0))
    oldest = newest = 0  # lines [oldest, gap) are in the left window, [gap, newest) in the right one
    for gap in range(1, len(stems)):
        while newest < len(stems) and (newest <= gap or ends[newest] - ends[gap] < window):
            pair.add_right(newest)
            newest += 1
        pair.cross(gap - 1)
        while oldest < gap - 1 and ends[gap] - ends[oldest + 1] >= window:
            pair.drop_left(oldest)
            oldest += 1
        found.append(pair.cosine())
    return np.array(found)


class _WindowPair:
    """Two bags of words side by side, with their product and lengths updated word by word."""

    def __init__(self, stems: Sequence[Sequence[str]], weights: dict[str, float]) -> None:
        self.stems, self.weights = stems, weights
        self.left: defaultdict[str, int] = defaultdict(int)
        self.right: defaultdict[str, int] = defaultdict(int)
        self.product = self.left_square = self.right_square = 0.0

    def add_right(self, line: int) -> None:
        for word in self.stems[line]:
            weight = self.weights.get(word, 0.0)
            self.right_square += weight * (2 * self.right[word] + 1)
            self.product += weight * self.left[word]
            self.right[word] += 1

    def cross(self, line: int) -> None:
        """The gap moves behind `line`: its words leave the right window and enter the left one."""
        for word in self.stems[line]:
            weight = self.weights.get(word, 0.0)
            before, after = self.left[word], self.right[word]
            self.right_square -= weight * (2 * after - 1)
            self.left_square += weight * (2 * before + 1)
            self.product += weight * ((before + 1) * (after - 1) - before * after)
            self.left[word], self.right[word] = before + 1, after - 1

    def drop_left(self, line: int) -> None:
        for word in self.stems[line]:
            weight = self.weights.get(word, 0.0)
            self.left_square -= weight * (2 * self.left[word] - 1)
            self.product -= weight * self.right[word]
            self.left[word] -= 1

    def cosine(self) -> float:
        scale = self.left_square * self.right_square
        return self.product / math.sqrt(scale) if scale > 1e-9 else 0.0


def _cues(lines: Sequence[Line], table: LanguageTable) -> Floats:
    """What the manner of speaking says about each gap, on the scale of a standard score."""
    shifts = re.compile(table.shifts, re.IGNORECASE) if table.shifts else None
    cues = []
    for before, after in pairwise(lines):
        pause = min(1.0, max(0.0, after.start - before.end) / _LONG_PAUSE)
        cue = _CUE_PAUSE * pause
        if before.text.rstrip().endswith("?"):
            cue += _CUE_QUESTION
        if shifts is not None and shifts.search(after.text):
            cue += _CUE_SHIFT
        if before.speaker == after.speaker:
            cue += _CUE_SAME_SPEAKER
        cues.append(cue)
    return np.array(cues)


def _divide(gains: Floats, lengths: Sequence[int], target_words: int) -> list[tuple[int, int]]:
    """The division with the least cost: a cost for each topic's length, less the gain of each boundary taken."""
    ends = np.array(list(accumulate(lengths, initial=0)), dtype=np.float64)
    count = len(lengths)
    best = np.full(count + 1, np.inf)
    best[0] = 0.0
    came_from = np.zeros(count + 1, dtype=np.int64)
    reach = 6 * target_words  # no topic needs to be longer, unless a single line is
    for end in range(1, count + 1):
        latest = int(np.searchsorted(ends, ends[end] - SHORTEST_TOPIC, side="right"))
        earliest = min(int(np.searchsorted(ends, ends[end] - reach)), end - 1)
        starts = np.arange(earliest, latest)
        if not len(starts):
            continue
        totals = best[starts] + _LENGTH_COST * np.log((ends[end] - ends[starts]) / target_words) ** 2
        choice = int(np.argmin(totals))
        best[end] = totals[choice] - (gains[end - 1] if end < count else 0.0)
        came_from[end] = starts[choice]
    return _walk_back(came_from, count)


def _walk_back(came_from: NDArray[np.int64], count: int) -> list[tuple[int, int]]:
    topics = []
    end = count
    while end > 0:
        start = int(came_from[end])
        topics.append((start, end - 1))
        end = start
    return topics[::-1]
