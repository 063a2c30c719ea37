"""WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip: cues with times."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transcripts.domain.spoken import Segment, marked

#: As they are kept on an utterance.
Words = Sequence[Mapping[str, Any]]

LONGEST_TEXT = 84  # characters: two lines of 42, as broadcasters have it
LONGEST_TIME = 7.0  # seconds
SHORTEST_TIME = 0.001  # seconds; a cue must end after it starts


@dataclass(frozen=True, slots=True)
class Cue:
    start: float
    end: float
    name: str
    text: str


def whole(segments: Iterable[Segment]) -> list[Cue]:
    """A cue for each utterance, however long it is."""
    return [Cue(segment.start, segment.end, segment.speaker_name, segment.text) for segment in segments]


def readable(segments: Iterable[Segment], words: Mapping[int, Words]) -> list[Cue]:
    """Segments cut between words into cues that can be read while they are shown.

    `words` by the id of their utterance give the times; text that is not made of them, such as a translation, is shared
    out over the time of its segment.
    """
    return [cue for segment in segments for cue in _timed(segment, words.get(segment.utterance_id, ()))]


def _timed(segment: Segment, words: Words) -> Iterator[Cue]:
    if marked(words) != segment.text:
        yield from _shared_out(segment)
        return
    for group in _short(words):
        if text := marked(group):
            yield Cue(group[0]["start"], max(word["end"] for word in group), segment.speaker_name, text)


def _shared_out(segment: Segment) -> Iterator[Cue]:
    pieces = textwrap.wrap(segment.text, LONGEST_TEXT, break_on_hyphens=False)
    total = sum(map(len, pieces))
    at = segment.start
    for piece in pieces:
        end = at + (segment.end - segment.start) * len(piece) / total
        yield Cue(at, end, segment.speaker_name, piece)
        at = end


def _short(words: Words) -> Iterator[Words]:
    group: list[Mapping[str, Any]] = []
    length = 0
    for word in words:
        too_long = length + len(word["text"]) > LONGEST_TEXT
        if group and (too_long or word["end"] - group[0]["start"] > LONGEST_TIME):
            yield group
            group, length = [], 0
        group.append(word)
        length += len(word["text"])
    if group:
        yield group


def webvtt(cues: Iterable[Cue]) -> str:
    blocks = [f"{_span(cue, '.')}\n<v {_escaped(cue.name)}>{_escaped(cue.text)}\n" for cue in cues]
    return "\n".join(["WEBVTT\n", *blocks])


def srt(cues: Iterable[Cue]) -> str:
    return "\n".join(
        f"{number}\n{_span(cue, ',')}\n{_arrowless(cue.name)}: {_arrowless(cue.text)}\n"
        for number, cue in enumerate(cues, start=1)
    )


def _arrowless(text: str) -> str:
    """What stands between two times is an arrow; a reader would take one in a text for that."""
    return text.replace("-->", "→")


def _span(cue: Cue, point: str) -> str:
    return f"{_time(cue.start, point)} --> {_time(max(cue.end, cue.start + SHORTEST_TIME), point)}"


def _time(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
