"""Podcast feeds: RSS and Atom. Runs in the child process."""

from __future__ import annotations

import calendar
import io
from datetime import UTC, datetime
from typing import Any

import feedparser

from reflector_site.outbound.addresses import shown
from reflector_site.outbound.errors import Never
from transcripts.pipeline.links.found import MOST_AUTHOR, MOST_DESCRIPTION, MOST_TITLE, Facts, Found, Media, Track
from transcripts.pipeline.links.kinds import extension_of, joined
from transcripts.pipeline.links.text import language_of, line, plain

#: MIME types of transcripts that podcasts bring with them (`<podcast:transcript>`).
_CAPTIONS = {"text/vtt": "vtt", "application/x-subrip": "srt", "application/srt": "srt", "text/srt": "srt"}


def read(content: bytes, url: str) -> Found:
    """The one episode of a feed. Raises Never where there is none, or more than one."""
    feed = feedparser.parse(io.BytesIO(content), sanitize_html=True, resolve_relative_uris=False)
    episodes = [(entry, media) for entry in feed.entries if (media := _enclosure(entry, url)) is not None]
    if not episodes:
        raise Never("This feed has no episode with a recording.")
    if len(episodes) > 1:
        raise Never(_which(episodes))
    entry, media = episodes[0]
    return Found("feed", media, _facts(entry, feed.feed), _tracks(entry, url))


def _which(episodes: list[tuple[Any, Media]]) -> str:
    """Addresses without their queries: those of private feeds hold a key."""
    newest, media = episodes[0]
    return (
        f"This is a feed with {len(episodes)} episodes. Import one of them by its own address; "
        f"the newest is “{line(newest.get('title', ''), 100)}”, at {shown(media.url)[:120]}."
    )


def _enclosure(entry: Any, base: str) -> Media | None:
    for each in entry.get("enclosures", []):
        address = joined(base, each.get("href") or "")
        kind = (each.get("type") or "").lower()
        if address and (kind.startswith(("audio/", "video/")) or extension_of(address)):
            length = str(each.get("length") or "")
            size = int(length) if length.isdecimal() and 0 < len(length) < 15 else None
            return Media(address, extension=extension_of(address), size=size)
    return None


def _facts(entry: Any, feed: Any) -> Facts:
    described = next((part.get("value") for part in entry.get("content", []) if part.get("value")), "")
    return Facts(
        title=line(plain(entry.get("title", ""), MOST_TITLE), MOST_TITLE),
        description=plain(described or entry.get("summary", ""), MOST_DESCRIPTION),
        author=line(entry.get("author") or feed.get("author") or feed.get("title") or "", MOST_AUTHOR),
        published=_date(entry),
        duration=_seconds(entry.get("itunes_duration") or ""),
        language=language_of(entry.get("language") or feed.get("language") or ""),
    )


def _date(entry: Any) -> str | None:
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat() if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _seconds(text: str) -> float | None:
    """From "3600", "60:00" or "1:00:00"."""
    parts = text.strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() and len(part) < 7 for part in parts):
        return None
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return float(total) or None


def _tracks(entry: Any, base: str) -> list[Track]:
    found = entry.get("podcast_transcript")
    each = found if isinstance(found, dict) else {}
    extension = _CAPTIONS.get((each.get("type") or "").lower(), "")
    address = joined(base, each.get("url") or "")
    if not address or not extension:
        return []
    return [Track(address, extension, language_of(each.get("language") or ""))]
