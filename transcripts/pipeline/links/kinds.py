"""Whether an answer is a recording, a feed or a page: by its first bytes, and by what the server calls it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urljoin, urlsplit

from transcripts.pipeline.links.text import line

Kind = Literal["recording", "feed", "page", "pieces", "other"]

#: Names that end a recording's address.
EXTENSIONS = frozenset(
    {"mp3", "m4a", "m4b", "mp4", "m4v", "mov", "aac", "ac3", "ogg", "oga", "ogv", "opus", "flac", "wav", "wma", "wmv"}
    | {"webm", "mkv", "mka", "avi", "aiff", "aif", "amr", "caf", "3gp", "flv", "ts", "mpg", "mpeg"}
)
_LISTS = frozenset(
    {"audio/mpegurl", "audio/x-mpegurl", "application/mpegurl", "application/x-mpegurl", "video/vnd.mpegurl"}
    | {"application/vnd.apple.mpegurl", "application/dash+xml", "audio/x-scpls", "audio/scpls"}
)
_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_SIGNATURES = (
    (0, b"RIFF"), (0, b"RF64"), (0, b"OggS"), (0, b"fLaC"), (0, b"ID3"), (0, b"FORM"), (0, b"caff"), (0, b"#!AMR"),
    (0, b"\x1a\x45\xdf\xa3"), (0, b"\x30\x26\xb2\x75"), (0, b"FLV\x01"), (4, b"ftyp"), (4, b"moov"), (4, b"mdat"),
)  # fmt: skip


def kind_of(head: bytes, media_type: str) -> Kind:
    """`head` holds the first bytes of the body, some hundreds where there are so many."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if media_type in _LISTS or start.startswith((b"#EXTM3U", b"[playlist]", b"<MPD")):
        return "pieces"
    if _is_recording(head):
        return "recording"
    if start.startswith(b"<"):
        return _markup(start.lower(), media_type)
    if media_type.startswith(("audio/", "video/")) and head:
        return "recording"
    return "page" if media_type in ("text/html", "application/xhtml+xml") else "other"


def _is_recording(head: bytes) -> bool:
    if any(head[at:].startswith(signature) for at, signature in _SIGNATURES):
        return True
    # A frame of mp3 or AAC without anything before it: eleven or twelve set bits, then a layer that exists.
    return len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] not in (0xFE, 0xFF)


def _markup(start: bytes, media_type: str) -> Kind:
    if media_type in _FEEDS or any(mark in start[:2000] for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return "feed"
    if b"<mpd" in start[:2000]:
        return "pieces"
    return "page"


def extension_of(url: str) -> str:
    """The extension of a recording at the end of an address; "" where there is none that we know."""
    suffix = PurePosixPath(_path(url)).suffix.removeprefix(".").lower()
    return suffix if suffix in EXTENSIONS else ""


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def joined(base: str, href: str) -> str:
    """The whole address of a link on a page; "" where it is none of the web's, or holds what no address holds."""
    if not href.strip():
        return ""
    try:
        address = urljoin(base, href.strip())
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) and address.isprintable() else ""


def name_in(url: str) -> str:
    """The last part of the path, as a title: "/a/My%20talk.mp3" gives "My talk"."""
    last = PurePosixPath(unquote(_path(url))).name
    if extension_of(url):
        last = last.rpartition(".")[0] or last
    return line(last, 500)
