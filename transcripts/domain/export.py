"""A transcript as text, for people and for other programs. How doubtful words look is in `spoken`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from transcripts.domain import minutes, subtitles
from transcripts.domain.minutes import clock
from transcripts.domain.spoken import WORDS, Segment, loaded, segments
from transcripts.models import Transcript

#: What the command line and downloads offer.
FORMATS = ("text", "timestamped", "vtt", "srt", "json", "md")
#: What the API offers, under the names that its clients know.
API_FORMATS = ("text", "text-timestamped", "webvtt-named", "json")


def render(transcript: Transcript, format: str, said: Sequence[Segment] | None = None) -> str:
    """The whole transcript as text that ends with a line break, in one of FORMATS or API_FORMATS; else ValueError.

    text                           a line per utterance: `Name: words`
    timestamped, text-timestamped  the same behind `[MM:SS]`; minutes go on beyond 59
    webvtt-named                   WebVTT, a cue per utterance, the name in its voice tag
    vtt, srt                       subtitles: cues short enough to be read, from the times of the words
    json                           `render_json`, indented
    md                             minutes: title, summary, decisions, next steps, and the words under their topics

    `said` is what to print, `segments(transcript)` by default; `translations.segments_in(transcript, language)` for
    another language. Titles and summaries are as they were written.
    """
    if format not in _RENDERERS:
        raise ValueError(f"There is no format {format!r}. Choose one of: {', '.join(FORMATS)}.")
    return _RENDERERS[format](transcript, segments(transcript) if said is None else said)


def render_json(transcript: Transcript, said: Sequence[Segment] | None = None) -> list[dict[str, Any]]:
    """`[{"speaker": 0, "speaker_name": "Ann", "text": "…", "start": 1.2, "end": 3.4}]`, times in seconds.

    In another language each has `"translated"` and `"stale"` too, as `Segment` explains them.
    """
    return [
        {
            "speaker": segment.speaker,
            "speaker_name": segment.speaker_name,
            "text": segment.text,
            "start": segment.start,
            "end": segment.end,
        }
        | ({} if segment.translated is None else {"translated": segment.translated, "stale": segment.stale})
        for segment in (segments(transcript) if said is None else said)
    ]


def words_by_utterance(transcript: Transcript) -> dict[int, list[dict[str, Any]]]:
    return {pk: loaded(words) for pk, words in transcript.utterances.values_list("pk", WORDS)}


def _text(transcript: Transcript, said: Sequence[Segment]) -> str:
    return "".join(f"{segment.speaker_name}: {segment.text}\n" for segment in said)


def _timestamped(transcript: Transcript, said: Sequence[Segment]) -> str:
    return "".join(f"[{clock(segment.start)}] {segment.speaker_name}: {segment.text}\n" for segment in said)


def _webvtt(transcript: Transcript, said: Sequence[Segment]) -> str:
    return subtitles.webvtt(subtitles.whole(said))


def _vtt(transcript: Transcript, said: Sequence[Segment]) -> str:
    return subtitles.webvtt(subtitles.readable(said, words_by_utterance(transcript)))


def _srt(transcript: Transcript, said: Sequence[Segment]) -> str:
    return subtitles.srt(subtitles.readable(said, words_by_utterance(transcript)))


def _json(transcript: Transcript, said: Sequence[Segment]) -> str:
    return json.dumps(render_json(transcript, said), ensure_ascii=False, indent=2) + "\n"


_RENDERERS: dict[str, Callable[[Transcript, Sequence[Segment]], str]] = {
    "text": _text,
    "timestamped": _timestamped,
    "text-timestamped": _timestamped,
    "webvtt-named": _webvtt,
    "vtt": _vtt,
    "srt": _srt,
    "json": _json,
    "md": minutes.markdown,
}
