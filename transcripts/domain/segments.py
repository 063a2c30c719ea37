"""Words into utterances, and words to their speakers. Pure functions over plain values; times in seconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from transcripts.engines.base import SpeakerTurn, Word

LONG_ENOUGH = 120  # characters after which an utterance ends at the next sentence mark
TOO_LONG = 400  # characters after which it ends at the next pause, for recognisers that write no marks
PAUSE = 0.5  # seconds of silence that end an utterance that is too long
BREAK = 2.0  # seconds of silence that end any utterance
SENTENCE_MARKS = frozenset(".;:?!…")
SENTENCE_ENDS = (".", "?", "!", "…")


def utterances(words: Sequence[Word]) -> list[list[Word]]:
    """Cut at a change of speaker, a long silence, or a sentence mark once there is enough text.

    The words are taken in order of their start, whatever order they came in, so overlapping speech cannot break it.
    """
    groups: list[list[Word]] = []
    length = 0
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        if not groups or ends_before(word, groups[-1][-1], length):
            groups.append([])
            length = 0
        groups[-1].append(word)
        length += len(word.text)
    return groups


def utterances_of_tracks(words: Sequence[Word]) -> list[list[Word]]:
    """As `utterances`, where each speaker has a channel of their own, so that two may talk at once.

    Each speaker's words stay together, whoever talks at the same time, until they pause and somebody else begins.
    """
    open_groups: dict[int, list[Word]] = {}
    began: dict[int, float] = {}
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.start, word.end)):
        group = open_groups.get(word.speaker)
        others = max((start for speaker, start in began.items() if speaker != word.speaker), default=-1.0)
        if group is None or ends_before(word, group[-1], _length(group)) or _answered(word, group[-1], others):
            group = open_groups[word.speaker] = []
            groups.append(group)
        group.append(word)
        began[word.speaker] = word.start
    return sorted(groups, key=lambda group: group[0].start)


def _length(group: Sequence[Word]) -> int:
    return sum(len(word.text) for word in group)


def _answered(word: Word, last: Word, others_began: float) -> bool:
    """Whether somebody else began to speak in the pause before the word."""
    return word.start - last.end >= PAUSE and others_began >= last.end


def ends_before(word: Word, last: Word, length: int) -> bool:
    """Whether an utterance of `length` characters that ends with `last` ends there, where `word` comes next."""
    gap = word.start - last.end
    if word.speaker != last.speaker or gap >= BREAK:
        return True
    if length > LONG_ENOUGH and SENTENCE_MARKS & set(last.text):
        return True
    return length > TOO_LONG and gap >= PAUSE


def assign_speakers(words: Sequence[Word], turns: Sequence[SpeakerTurn]) -> list[Word]:
    """Give each word the speaker of the turn that covers most of it.

    A word between two turns goes with the sentence it continues: to the speaker before when that sentence is not
    finished, else to the speaker after. Without turns all words are speaker 0.
    """
    ordered = sorted(words, key=lambda word: (word.start, word.end))
    covering = [_covering(word, near) for word, near in _with_near_turns(ordered, turns)]
    before = list(accumulate(covering, _latest))
    after = list(accumulate(reversed(covering), _latest))[::-1]
    return [
        replace(word, speaker=_choose(word, ordered[i - 1] if i else None, covering[i], before[i], after[i]))
        for i, word in enumerate(ordered)
    ]


def _with_near_turns(words: Sequence[Word], turns: Iterable[SpeakerTurn]) -> Iterable[tuple[Word, list[SpeakerTurn]]]:
    """Each word with the turns that touch it; one walk over both lists."""
    waiting = deque(sorted((turn for turn in turns if turn.end > turn.start), key=lambda turn: turn.start))
    near: list[SpeakerTurn] = []
    for word in words:
        while waiting and waiting[0].start <= word.end:
            near.append(waiting.popleft())
        near = [turn for turn in near if turn.end > word.start]
        yield word, near


def _covering(word: Word, turns: Sequence[SpeakerTurn]) -> int | None:
    """The speaker heard longest during the word; of two, who began last, for an interruption is short."""
    shares = [
        (min(turn.end, word.end) - max(turn.start, word.start), turn.start, turn.speaker)
        for turn in turns
        if turn.start < word.end or turn.start <= word.start  # a turn that begins where the word ends has no part in it
    ]
    return max(shares)[2] if shares else None


def _latest(known: int | None, found: int | None) -> int | None:
    return known if found is None else found


def _choose(word: Word, previous: Word | None, covering: int | None, before: int | None, after: int | None) -> int:
    if covering is not None:
        return covering
    if before is None or after is None:
        return (after if before is None else before) or 0
    return before if previous is not None and _continues(previous, word) else after


def _continues(previous: Word, word: Word) -> bool:
    return not previous.text.rstrip().endswith(SENTENCE_ENDS) and not word.text.strip()[:1].isupper()
