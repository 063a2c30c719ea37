"""All words of a transcript in one row: what an edit of words or speakers changes, and how it is found again later.

A word knows its speaker, its topic, and whether an utterance begins with it. A change of that row is kept as

    words   [[{"text", "start", "end", …, "speaker", "topic", "first", "loose"}, …], …]   stretches that differ
    cuts    [{"text", "start", "end", "first", "loose"}, …]   words outside of them where an utterance begins, or did

once as it was and once as it is (see domain/history.py). From that it can be put back wherever these words stand by
then, and when they are no longer there, somebody has changed them since.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from transcripts.domain import segments
from transcripts.engines.base import Word

Json = dict[str, Any]
Key = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word where it stands. `word` is as utterances keep it; `row`: the utterance that it came from."""

    word: Json
    speaker: int
    topic: str | None = None
    first: bool = False
    loose: bool = False  # an utterance began here for no other reason than that somebody else had spoken before
    row: int | None = None

    @property
    def key(self) -> Key:
        return (self.word["text"], self.word["start"], self.word["end"])


def json_of(one: Spoken) -> Json:
    beginning = {"first": one.first} | ({"loose": True} if one.first and one.loose else {})
    return {**one.word, "speaker": one.speaker, "topic": one.topic, **beginning}


def spoken(value: Json, row: int | None) -> Spoken:
    apart = ("speaker", "topic", "first", "loose")
    word = {name: what for name, what in value.items() if name not in apart}
    return Spoken(word, value["speaker"], value["topic"], value["first"], value.get("loose", False), row)


# --- where utterances begin


def settle(words: Iterable[Spoken]) -> list[Spoken]:
    """Begin and join utterances as the speakers are now.

    One begins wherever the speaker or the topic changes. Where one began for that reason alone and it is gone, what
    stands on both sides is joined if the rules for a fresh transcript would have had it together. Every other
    beginning stays, so that giving words to somebody and back again leaves no trace.
    """
    words = list(words)
    starts = sorted((one.word["start"], one.speaker) for one in words)
    found: list[Spoken] = []
    length = 0
    for one in words:
        last = found[-1] if found else None
        if last is None or last.speaker != one.speaker or last.topic != one.topic:
            first = True
        else:
            first = one.first and not (one.loose and not _apart(one, last, length, starts))
        loose = first and last is not None and last.speaker != one.speaker and last.topic == one.topic
        length = len(one.word["text"]) + (0 if first else length)
        found.append(one if (one.first, one.loose) == (first, loose) else replace(one, first=first, loose=loose))
    return found


def _apart(one: Spoken, last: Spoken, length: int, starts: Sequence[tuple[float, int]]) -> bool:
    """Whether the rules begin an utterance here, although the speaker goes on."""
    gap = one.word["start"] - last.word["end"]
    if segments.ends_before(_plain(one), _plain(last), length):
        return True
    if gap < segments.PAUSE:
        return False
    between = starts[bisect_left(starts, (last.word["end"], -1)) : bisect_left(starts, (one.word["start"], -1))]
    return any(speaker != one.speaker for _, speaker in between)


def _plain(one: Spoken) -> Word:
    return Word(one.word["text"], one.word["start"], one.word["end"], one.speaker)


def grouped(words: Iterable[Spoken]) -> Iterator[list[Spoken]]:
    """The utterances."""
    group: list[Spoken] = []
    for one in words:
        if one.first and group:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


# --- what has changed, and putting it back


def difference(old: Sequence[Spoken], new: Sequence[Spoken]) -> tuple[Json, Json]:
    """The two documents of a change: what differs as it was, and as it is."""
    before: Json = {"words": [], "cuts": []}
    after: Json = {"words": [], "cuts": []}
    for (a, b), (c, d) in _stretches(old, new):
        before["words"].append([json_of(one) for one in old[a:b]])
        after["words"].append([json_of(one) for one in new[c:d]])
    for was, now in _kept(old, new):
        if was.first != now.first:
            before["cuts"].append(_cut(was))
            after["cuts"].append(_cut(now))
    return before, after


def _cut(one: Spoken) -> Json:
    beginning = {"first": one.first, "loose": one.first and one.loose}
    return {"text": one.word["text"], "start": one.word["start"], "end": one.word["end"], **beginning}


def _same(one: Spoken, other: Spoken) -> bool:
    return one.word == other.word and one.speaker == other.speaker and one.topic == other.topic


Span = tuple[int, int]


def _stretches(old: Sequence[Spoken], new: Sequence[Spoken]) -> Iterator[tuple[Span, Span]]:
    if len(old) != len(new):
        yield _inserted_or_removed(old, new)
        return
    begin = None
    for place in range(len(old) + 1):
        differs = place < len(old) and not _same(old[place], new[place])
        if differs and begin is None:
            begin = place
        elif not differs and begin is not None:
            yield (begin, place), (begin, place)
            begin = None


def _inserted_or_removed(old: Sequence[Spoken], new: Sequence[Spoken]) -> tuple[Span, Span]:
    """One stretch. Where one side of it is empty, a word beside it is taken in, by which the place is found again."""
    shorter = min(len(old), len(new))
    begin = next((n for n in range(shorter) if not _same(old[n], new[n])), shorter)
    rest = shorter - begin
    tail = next((n for n in range(rest) if not _same(old[-1 - n], new[-1 - n])), rest)
    ends = [len(old) - tail, len(new) - tail]
    if begin in ends and begin > 0:
        begin -= 1
    elif begin in ends and tail > 0:
        ends = [end + 1 for end in ends]
    return (begin, ends[0]), (begin, ends[1])


def _kept(old: Sequence[Spoken], new: Sequence[Spoken]) -> Iterator[tuple[Spoken, Spoken]]:
    """The words outside of the stretches, as they were and as they are."""
    a = c = 0
    for (begin, end), (new_begin, new_end) in _stretches(old, new):
        yield from zip(old[a:begin], new[c:new_begin], strict=True)
        a, c = end, new_end
    yield from zip(old[a:], new[c:], strict=True)


def put_back(words: Sequence[Spoken], expected: Json, wanted: Json) -> list[Spoken] | None:
    """The row with `wanted` where `expected` stands now; None where that is not there as it was."""
    places = _places_of(expected["words"], words)
    if places is None:
        return None
    found = list(words)
    changes = zip(places, expected["words"], wanted["words"], strict=True)
    for place, there, instead in sorted(changes, key=lambda change: -change[0]):
        row = found[place].row if there else None
        found[place : place + len(there)] = [spoken(value, row) for value in instead]
    return _cut_again(found, expected["cuts"], wanted["cuts"])


def _places_of(stretches: Sequence[Sequence[Json]], words: Sequence[Spoken]) -> list[int] | None:
    """Where each stands, word by word with the same times and speakers; they come in their order. None: not all do."""
    index: dict[tuple[Key, int], list[int]] = {}
    for place, one in enumerate(words):
        index.setdefault((one.key, one.speaker), []).append(place)
    found: list[int] = []
    beyond = 0
    for stretch in stretches:
        there = _place_of(stretch, words, index, beyond)
        if there is None:
            return None
        found.append(there)
        beyond = there + len(stretch)
    return found


def _place_of(
    stretch: Sequence[Json], words: Sequence[Spoken], index: dict[tuple[Key, int], list[int]], beyond: int
) -> int | None:
    if not stretch:  # all that was said was taken out
        return None if words else 0
    keys = [((value["text"], value["start"], value["end"]), value["speaker"]) for value in stretch]
    for place in index.get(keys[0], []):
        there = words[place : place + len(keys)]
        if place >= beyond and [(one.key, one.speaker) for one in there] == keys:
            return place
    return None


def _cut_again(words: list[Spoken], expected: Sequence[Json], wanted: Sequence[Json]) -> list[Spoken]:
    """Beginnings of utterances outside the stretches, where nobody has changed them since."""
    known = {
        ((now["text"], now["start"], now["end"]), now["first"]): (then["first"], then["loose"])
        for now, then in zip(expected, wanted, strict=True)
    }
    found = []
    for one in words:
        first, loose = known.get((one.key, one.first), (one.first, one.loose))
        found.append(replace(one, first=first, loose=loose))
    return found
