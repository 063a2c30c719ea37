"""What lies behind a link: a recording, an episode of a feed, a page with a recording in it, or a site of yt-dlp's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.message import Message
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings

from reflector_site.outbound.client import Answer, Bounds, fetch
from reflector_site.outbound.errors import Never, OutboundError
from transcripts.pipeline.links import kinds
from transcripts.pipeline.links.ask import ask
from transcripts.pipeline.links.found import CUES, FOUND_OR_NOT, Cue, Facts, Found, Media, Track

HEAD = 1024  # bytes by which a kind is told
PAGE_LIMIT = 10 << 20  # bytes
CAPTIONS_LIMIT = 5 << 20  # bytes
LOOK_SECONDS = 120.0


class Looker:
    """Looks at addresses for one attempt of one step, with its directory and its checkpoint."""

    def __init__(self, directory: Path, checkpoint: Callable[[], None]) -> None:
        self._directory = directory
        self._checkpoint = checkpoint

    def look(self, url: str, *, language: str) -> Found:
        """Raises OutboundError with a sentence that says what is wrong with the link."""
        try:
            with fetch(url, Bounds(settings.MAX_UPLOAD_SIZE, LOOK_SECONDS), checkpoint=self._checkpoint) as answer:
                answer.require_success()
                kind, start, rest = self._begin(answer)
                if kind == "recording":
                    return _file(answer)
                if kind in ("feed", "page"):
                    self._keep(start, rest)
        except OutboundError as error:
            # Known sites answer yt-dlp where they refuse us.
            if error.status is None or (found := self._site(url, language, generic=False)) is None:
                raise
            return found
        return self._read(url, answer.url, kind, language)

    def captions(self, track: Track) -> list[Cue]:
        """Raises OutboundError."""
        with fetch(track.url, Bounds(CAPTIONS_LIMIT, 60), checkpoint=self._checkpoint) as answer:
            answer.require_success()
            path = self._directory / "captions"
            path.write_bytes(answer.read())
        return CUES.validate_python(self._ask("captions", path=str(path), extension=track.extension))

    def put_together(self, url: str, media: Media, target: Path, progress: Callable[[float, float], None]) -> None:
        """Let yt-dlp fetch the segments of `media` into `target`. Raises OutboundError."""
        ask(
            "fetch",
            directory=self._directory,
            checkpoint=self._checkpoint,
            seconds=settings.IMPORT_TIME_LIMIT,
            progress=progress,
            url=url,
            media={"url": media.url, "format": media.format, "pieces": True},
            target=str(target),
            limit=settings.MAX_UPLOAD_SIZE,
        )

    def _begin(self, answer: Answer) -> tuple[kinds.Kind, bytes, Any]:
        """The kind, the first bytes, and the blocks after them."""
        blocks = answer.blocks()
        start = b""
        for block in blocks:
            start += block
            if len(start) >= HEAD:
                break
        return kinds.kind_of(start[:HEAD], answer.media_type), start, blocks

    def _keep(self, start: bytes, rest: Any) -> None:
        size = 0
        with self._path.open("wb") as file:
            for block in chain([start], rest):
                size += file.write(block)
                if size > PAGE_LIMIT:
                    raise Never(f"The page is larger than the {PAGE_LIMIT >> 20} MB that are read.")

    def _read(self, url: str, final: str, kind: kinds.Kind, language: str) -> Found:
        if kind == "feed":
            return self._ask_found("read", path=str(self._path), kind=kind, url=final) or _nothing(kind)
        found, unclear = self._read_page(final) if kind == "page" else (None, None)
        guess = found is None and unclear is None and kind != "other"
        if (better := self._site(url, language, generic=guess)) is not None:
            return better
        if unclear is not None:
            raise unclear
        return found or _nothing(kind)

    def _read_page(self, url: str) -> tuple[Found | None, Never | None]:
        """What the page itself says, or why that is not clear: a site that yt-dlp knows may be clearer."""
        try:
            return self._ask_found("read", path=str(self._path), kind="page", url=url), None
        except Never as error:
            return None, error

    def _site(self, url: str, language: str, *, generic: bool) -> Found | None:
        return self._ask_found("look", url=url, language=language, generic=generic)

    def _ask_found(self, do: str, **arguments: Any) -> Found | None:
        return FOUND_OR_NOT.validate_python(self._ask(do, **arguments))

    def _ask(self, do: str, **arguments: Any) -> Any:
        return ask(do, directory=self._directory, checkpoint=self._checkpoint, seconds=LOOK_SECONDS, **arguments)

    @property
    def _path(self) -> Path:
        return self._directory / "page"


def _nothing(kind: kinds.Kind) -> Found:
    if kind == "other":
        raise Never("What lies behind this address is no recording, no podcast and no web page.")
    raise Never("No recording was found on this page. Use the address of the recording itself.")


def _file(answer: Answer) -> Found:
    media = Media(answer.url, extension=kinds.extension_of(answer.url), size=answer.length)
    named = _filename(answer)
    return Found("file", media, Facts(title=kinds.name_in(named and f"/{named}") or kinds.name_in(answer.url)))


def _filename(answer: Answer) -> str:
    message = Message()
    message["Content-Disposition"] = answer.headers.get("content-disposition", "")
    return message.get_filename("") or ""


def with_language(found: Found, language: str) -> Found:
    """`found`, its captions in the order of their worth: in the language that is spoken, and by people, first."""
    spoken = language or found.facts.language

    def worth(track: Track) -> tuple[bool, bool]:
        return (bool(spoken) and track.language not in ("", spoken), track.kind != "manual")

    return replace(found, tracks=sorted(found.tracks, key=worth))
