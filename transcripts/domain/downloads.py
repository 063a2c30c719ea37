"""A transcript as files to take away: the menu of the pages and the downloads of the API."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from django.conf import settings

from transcripts.documents.press import Kind, printed
from transcripts.domain.archive import archive
from transcripts.domain.document import minutes_of
from transcripts.domain.export import render
from transcripts.domain.spoken import Segment, segments
from transcripts.models import Transcript

LONGEST_NAME = 180  # bytes of UTF-8: file systems take 255, and a browser adds " (1)"
_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{name}{n}" for name in ("COM", "LPT") for n in range(1, 10))}

Said = Sequence[Segment]


@dataclass(frozen=True, slots=True)
class Download:
    extension: str
    title: str
    media_type: str
    make: Callable[[Transcript, Said], bytes]


def _text(format: str) -> Callable[[Transcript, Said], bytes]:
    return lambda transcript, said: render(transcript, format, said).encode(errors="replace")


def _printed(kind: Kind) -> Callable[[Transcript, Said], bytes]:
    return lambda transcript, said: printed(kind, minutes_of(transcript, said), fonts=settings.FONTS_DIR)


def _json(transcript: Transcript, said: Said) -> bytes:
    return orjson.dumps(archive(transcript, said), option=orjson.OPT_APPEND_NEWLINE)


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: In the order of the menu: to read, to edit, to watch with, to work with.
DOWNLOADS = (
    Download("pdf", "Minutes (PDF)", "application/pdf", _printed("pdf")),
    Download("docx", "Minutes (Word)", _WORD, _printed("docx")),
    Download("md", "Minutes (Markdown)", "text/markdown; charset=utf-8", _text("md")),
    Download("txt", "Text with times", "text/plain; charset=utf-8", _text("timestamped")),
    Download("srt", "Subtitles (SRT)", "application/x-subrip; charset=utf-8", _text("srt")),
    Download("vtt", "Subtitles (WebVTT)", "text/vtt; charset=utf-8", _text("vtt")),
    Download("json", "Data (JSON)", "application/json", _json),
)


def find(extension: str) -> Download | None:
    return next((download for download in DOWNLOADS if download.extension == extension), None)


def file_of(transcript: Transcript, download: Download, said: Said | None = None) -> bytes:
    """The file; `said` gives other text for the utterances, such as a translation. Raises press.NotPrinted."""
    return download.make(transcript, segments(transcript) if said is None else said)


def file_name(transcript: Transcript, extension: str) -> str:
    """The title without what file systems and headers do not take, cut to a length that they do."""
    title = unicodedata.normalize("NFC", str(transcript))
    kept = "".join(letter if _harmless(letter) else " " for letter in title)
    stem = " ".join(kept.split()).encode()[:LONGEST_NAME].decode(errors="ignore").strip(". ")
    if not stem or stem.upper() in _RESERVED:
        stem = f"transcript {transcript.pk}"
    return f"{stem}.{extension}"


def _harmless(letter: str) -> bool:
    return letter in " -_.,()" or unicodedata.category(letter)[0] in "LNM"
