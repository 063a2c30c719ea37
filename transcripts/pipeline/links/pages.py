"""Web pages with a recording in them: what they say themselves, with nothing of it run. Runs in the child process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

from reflector_site.outbound.errors import Never
from transcripts.pipeline.links.found import MOST_AUTHOR, MOST_DESCRIPTION, MOST_TITLE, Facts, Found, Media, Track
from transcripts.pipeline.links.kinds import extension_of, joined
from transcripts.pipeline.links.text import language_of, line, plain

_TITLES = ("og:title", "twitter:title")
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_AUTHORS = ("author", "article:author", "og:site_name")
_DATES = ("article:published_time", "date", "datepublished", "og:audio:release_date")
_AUDIO = ("og:audio:secure_url", "og:audio:url", "og:audio", "twitter:player:stream")


class _Page(HTMLParser):
    """Collects while it reads. `players`: for each <audio> or <video> its sources, best first."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = url
        self.meta: dict[str, str] = {}
        self.players: list[list[str]] = []
        self.enclosures: list[str] = []
        self.linked: list[str] = []
        self.tracks: list[Track] = []
        self.title = ""
        self.language = ""
        self.data: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if handler := getattr(self, f"_on_{tag}", None):
            handler(given)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "script"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data
        elif self._inside == "data" and len(self.data) < 20:
            self.data.append(data)

    def _on_html(self, given: dict[str, str]) -> None:
        self.language = language_of(given.get("lang", ""))

    def _on_base(self, given: dict[str, str]) -> None:
        self.base = joined(self.base, given.get("href", "")) or self.base

    def _on_title(self, given: dict[str, str]) -> None:
        self._inside = "" if self.title else "title"

    def _on_script(self, given: dict[str, str]) -> None:
        self._inside = "data" if given.get("type", "").lower() == "application/ld+json" else ""

    def _on_meta(self, given: dict[str, str]) -> None:
        name = (given.get("property") or given.get("name") or given.get("itemprop") or "").lower()
        if name and given.get("content"):
            self.meta.setdefault(name, given["content"])

    def _on_link(self, given: dict[str, str]) -> None:
        if "enclosure" in given.get("rel", "").lower().split() and given.get("href"):
            self.enclosures.append(self._address(given["href"]))

    def _on_audio(self, given: dict[str, str]) -> None:
        self.players.append([address] if (address := self._address(given.get("src", ""))) else [])

    _on_video = _on_audio

    def _on_source(self, given: dict[str, str]) -> None:
        if self.players and (address := self._address(given.get("src", ""))):  # those of <picture> have `srcset`
            self.players[-1].append(address)

    def _on_track(self, given: dict[str, str]) -> None:
        address = self._address(given.get("src", ""))
        if address and given.get("kind", "subtitles").lower() in ("captions", "subtitles"):
            extension = "srt" if address.partition("?")[0].lower().endswith(".srt") else "vtt"
            language = language_of(given.get("srclang", ""))
            self.tracks.append(Track(address, extension, language, name=line(given.get("label", ""), 100)))

    def _on_a(self, given: dict[str, str]) -> None:
        if extension_of(given.get("href", "")):
            self.linked.append(self._address(given["href"]))

    def _address(self, href: str) -> str:
        return joined(self.base, href)


def read(content: bytes, url: str) -> Found | None:
    """The recording of a page; None where none shows. Raises Never where it is not clear which is meant."""
    page = _Page(url)
    page.feed(content.decode(_charset(content), errors="replace"))
    page.close()
    described = list(_described(page))
    choices = _choices(page, described)
    if not choices:
        return None
    if len(choices) > 1:
        raise Never(f"This page has {len(choices)} recordings. Import one of them by its own address.")
    return Found(
        "page", Media(choices[0], extension=extension_of(choices[0])), _facts(page, described), page.tracks[:50]
    )


def _charset(content: bytes) -> str:
    head = content[:2048].lower()
    return "latin-1" if b"charset=iso-8859-1" in head or b'charset="iso-8859-1' in head else "utf-8"


def _choices(page: _Page, described: list[dict[str, Any]]) -> list[str]:
    """Addresses of recordings, from where pages name theirs best to where they only link to one."""
    ways = (
        page.enclosures,
        [page.meta[name] for name in _AUDIO if name in page.meta][:1],
        [sources[0] for sources in page.players if sources],
        [str(each["contentUrl"]) for each in described if isinstance(each.get("contentUrl"), str)],
        page.linked,
    )
    for way in ways:
        found = {joined(page.base, address) for address in way} - {""}
        if found:
            return sorted(found)
    return []


def _described(page: _Page) -> Iterator[dict[str, Any]]:
    """Recordings among the page's JSON-LD."""
    for text in page.data:
        with suppress(ValueError, RecursionError):
            yield from _recordings(json.loads(text), 0)


def _recordings(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for each in value[:100]:
            yield from _recordings(each, depth + 1)
    elif isinstance(value, dict):
        if value.get("@type") in ("AudioObject", "VideoObject"):
            yield value
        for each in value.values():
            yield from _recordings(each, depth + 1)


def _facts(page: _Page, described: list[dict[str, Any]]) -> Facts:
    def first(names: tuple[str, ...]) -> str:
        return next((page.meta[name] for name in names if name in page.meta), "")

    about = described[0] if described else {}
    return Facts(
        title=line(first(_TITLES) or str(about.get("name") or "") or page.title, MOST_TITLE),
        description=plain(first(_DESCRIPTIONS) or str(about.get("description") or ""), MOST_DESCRIPTION),
        author=line(first(_AUTHORS), MOST_AUTHOR),
        published=_date(first(_DATES) or str(about.get("uploadDate") or "")),
        language=page.language,
    )


def _date(text: str) -> str | None:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
