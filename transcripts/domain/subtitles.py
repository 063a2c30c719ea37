"""WebVTT (https://www.w3.org/TR/webvtt1/) and SubRip: cues with times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transcripts.domain.spoken import Segment, marked, name_of
from transcripts.models import Utterance

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


def readable(utterances: Iterable[Utterance], names: Mapping[int, str]) -> list[Cue]:
    """Utterances cut between words into cues that can be read while they are shown."""
    return [
        Cue(words[0]["start"], max(word["end"] for word in words), name_of(utterance.speaker, names), text)
        for utterance in utterances
        for words in _short(utterance.words)
        if (text := marked(words))
    ]


def _short(words: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
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
        f"{number}\n{_span(cue, ',')}\n{cue.name}: {cue.text.replace('-->', '→')}\n"
        for number, cue in enumerate(cues, start=1)
    )


def _span(cue: Cue, point: str) -> str:
    return f"{_time(cue.start, point)} --> {_time(max(cue.end, cue.start + SHORTEST_TIME), point)}"


def _time(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
