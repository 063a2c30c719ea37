"""A transcript as text, for people and for other programs. How doubtful words look is in `spoken`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from transcripts.domain import minutes, subtitles
from transcripts.domain.minutes import clock
from transcripts.domain.spoken import segments, speaker_names
from transcripts.models import Transcript

#: What the command line and downloads offer.
FORMATS = ("text", "timestamped", "vtt", "srt", "json", "md")
#: What the API offers, under the names that its clients know.
API_FORMATS = ("text", "text-timestamped", "webvtt-named", "json")


def render(transcript: Transcript, format: str) -> str:
    """The whole transcript as text that ends with a line break, in one of FORMATS or API_FORMATS; else ValueError.

    text                           a line per utterance: `Name: words`
    timestamped, text-timestamped  the same behind `[MM:SS]`; minutes go on beyond 59
    webvtt-named                   WebVTT, a cue per utterance, the name in its voice tag
    vtt, srt                       subtitles: cues short enough to be read, from the times of the words
    json                           `render_json`, indented
    md                             minutes: title, summary, decisions, next steps, and the words under their topics
    """
    if format not in _RENDERERS:
        raise ValueError(f"There is no format {format!r}. Choose one of: {', '.join(FORMATS)}.")
    return _RENDERERS[format](transcript)


def render_json(transcript: Transcript) -> list[dict[str, Any]]:
    """`[{"speaker": 0, "speaker_name": "Ann", "text": "…", "start": 1.2, "end": 3.4}]`, times in seconds."""
    return [asdict(segment) for segment in segments(transcript)]


def _text(transcript: Transcript) -> str:
    return "".join(f"{segment.speaker_name}: {segment.text}\n" for segment in segments(transcript))


def _timestamped(transcript: Transcript) -> str:
    return "".join(
        f"[{clock(segment.start)}] {segment.speaker_name}: {segment.text}\n" for segment in segments(transcript)
    )


def _webvtt(transcript: Transcript) -> str:
    return subtitles.webvtt(subtitles.whole(segments(transcript)))


def _vtt(transcript: Transcript) -> str:
    return subtitles.webvtt(subtitles.readable(transcript.utterances.all(), speaker_names(transcript)))


def _srt(transcript: Transcript) -> str:
    return subtitles.srt(subtitles.readable(transcript.utterances.all(), speaker_names(transcript)))


def _json(transcript: Transcript) -> str:
    return json.dumps(render_json(transcript), ensure_ascii=False, indent=2) + "\n"


_RENDERERS: dict[str, Callable[[Transcript], str]] = {
    "text": _text,
    "timestamped": _timestamped,
    "text-timestamped": _timestamped,
    "webvtt-named": _webvtt,
    "vtt": _vtt,
    "srt": _srt,
    "json": _json,
    "md": minutes.markdown,
}
