"""What is found behind a link, as values that cross the pipe to the child process and lie in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter

MOST_TITLE, MOST_AUTHOR, MOST_DESCRIPTION = 500, 300, 5000  # characters


@dataclass(frozen=True, slots=True)
class Media:
    """Where the recording is. `pieces`: it comes as a playlist of segments, which yt-dlp puts together.

    `chunk`: the server wants to be asked for so many bytes at a time.
    """

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    extension: str = ""
    size: int | None = None  # bytes
    chunk: int | None = None
    pieces: bool = False
    format: str = ""  # yt-dlp's name of it


@dataclass(frozen=True, slots=True)
class Facts:
    """What the source says of itself. `published` is ISO 8601, `duration` in seconds, `language` ISO 639-1 or ""."""

    title: str = ""
    description: str = ""
    author: str = ""
    published: str | None = None
    duration: float | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """Captions that could be fetched. `extension` names their format: vtt, srt or json3."""

    url: str
    extension: str
    language: str = ""
    kind: Literal["manual", "automatic"] = "manual"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`kind`: a file, an episode of a feed, a page with a recording, or a site that yt-dlp knows, named in `site`."""

    kind: Literal["file", "feed", "page", "site"]
    media: Media
    facts: Facts = field(default_factory=Facts)
    tracks: list[Track] = field(default_factory=list)
    site: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """Seconds, and what was said between them."""

    start: float
    end: float
    text: str


FOUND = TypeAdapter(Found)
FOUND_OR_NOT: TypeAdapter[Found | None] = TypeAdapter(Found | None)
CUES = TypeAdapter(list[Cue])
