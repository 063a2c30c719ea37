"""Captions as they come (WebVTT, SubRip, YouTube's json3), read into cues. Runs in the child process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pysubs2

from reflector_site.outbound.errors import Never
from transcripts.pipeline.links.found import Cue
from transcripts.pipeline.links.text import line, plain

MOST_CUES = 50_000
MOST_TEXT = 1000  # characters of one cue
LONGEST = 48 * 3600.0  # seconds


def read(content: bytes, extension: str) -> list[Cue]:
    """The cues in the order of time. Raises Never when it holds none, or more than anybody says."""
    text = content.decode("utf-8-sig", errors="replace").replace("\0", "")
    try:
        raw = list(_json3(text) if extension == "json3" else _subtitles(text, extension))
    except (pysubs2.Pysubs2Error, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise Never(f"The captions are not readable ({type(error).__name__}).") from error
    if len(raw) > MOST_CUES:
        raise Never(f"The captions have more than {MOST_CUES} lines.")
    found = list(_without_repetition(sorted(raw, key=lambda cue: (cue.start, cue.end))))
    if not found:
        raise Never("The captions are empty.")
    return found


def _subtitles(text: str, extension: str) -> Iterator[Cue]:
    for event in pysubs2.SSAFile.from_string(text, format_=extension):
        if not event.is_comment:
            yield from _cue(event.start / 1000, event.end / 1000, event.plaintext)


def _json3(text: str) -> Iterator[Cue]:
    for event in json.loads(text)["events"]:
        said = "".join(str(piece.get("utf8", "")) for piece in event.get("segs") or [])
        start = float(event.get("tStartMs", 0)) / 1000
        yield from _cue(start, start + float(event.get("dDurationMs", 0)) / 1000, said)


def _cue(start: float, end: float, text: str) -> Iterator[Cue]:
    said = "\n".join(filter(None, (line(each) for each in plain(text, MOST_TEXT).split("\n"))))
    if said and 0 <= start <= LONGEST:
        yield Cue(round(start, 3), round(min(max(start, end), LONGEST), 3), said)


def _without_repetition(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Rolling captions say each line twice, once as the new line and once above the next: keep the first."""
    shown: list[str] = []
    for cue in cues:
        lines = cue.text.split("\n")
        fresh = list(lines)
        while fresh and shown and fresh[0] in shown and len(lines) + len(shown) > 2:
            fresh.pop(0)
        shown = lines
        if fresh:
            yield Cue(cue.start, cue.end, " ".join(fresh))
