"""Sites that yt-dlp knows, and pages that only it can read. Runs in the child process, under the guard.

yt-dlp looks, and our own client fetches what it found, so that limits, resuming and progress are the same for every
link. Only what comes in segments (HLS, DASH) is put together by yt-dlp itself, by its own means: no program is started.
Nothing of the machine is used: no configuration, plugins, cookies, cache, netrc, proxy.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from yt_dlp import YoutubeDL
from yt_dlp.extractor import gen_extractor_classes
from yt_dlp.globals import plugin_dirs
from yt_dlp.networking.exceptions import HTTPError, RequestError, TransportError
from yt_dlp.utils import DownloadError, UnsupportedError

from reflector_site.outbound.errors import Never, OutboundError, TryAgain
from transcripts.pipeline.links.found import MOST_AUTHOR, MOST_DESCRIPTION, MOST_TITLE, Facts, Found, Media, Track
from transcripts.pipeline.links.text import language_of, line, plain

#: Sound alone where there is such a thing, whole files before segments, small pictures before large ones.
_KINDS = ("[protocol=https]", "[protocol=http]", "[protocol=m3u8_native]", "[protocol=http_dash_segments]")
_CHOICES = ("bestaudio{0}", "best*[acodec!=?none][height<=?480]{0}", "worst*[acodec!=?none]{0}")
FORMAT = "/".join(choice.format(kind) for kind in _KINDS for choice in _CHOICES)
_CAPTIONS = ("json3", "vtt", "srt")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_ADDRESS = re.compile(r"https?://[^\s'\"]+")
_NOT_SENT = frozenset({"cookie", "authorization", "accept-encoding", "host", "range"})


class _Log:
    """yt-dlp's warnings, for the log of the parent."""

    def debug(self, message: str) -> None:
        """Nothing that anybody needs."""

    def warning(self, message: str) -> None:
        sys.stderr.write(f"{message}\n")

    def error(self, message: str) -> None:
        """It comes as an exception."""


def _options(**more: Any) -> dict[str, Any]:
    return {
        "quiet": True,
        "noprogress": True,
        "color": "never",
        "logger": _Log(),
        "format": FORMAT,
        "noplaylist": True,
        "playlistend": 2,
        "extract_flat": "in_playlist",
        "cachedir": False,
        "cookiefile": None,
        "usenetrc": False,
        "proxy": "",  # none, whatever the environment says
        "enable_file_urls": False,
        "js_runtimes": {},  # programs that no guard watches
        "remote_components": [],
        "ffmpeg_location": "/nonexistent",
        "fixup": "never",
        "hls_prefer_native": True,
        "socket_timeout": 20,
        "retries": 3,
        "fragment_retries": 3,
        "extractor_retries": 1,
        **more,
    }


def look(url: str, *, language: str, generic: bool) -> Found | None:
    """What the site has under this address; None where no extractor knows it.

    `generic`: also try what finds players in any page. Raises OutboundError.
    """
    if not generic and not _known(url):
        return None
    info = _extract(url)
    if info is None:
        return None
    if info.get("is_live") or info.get("live_status") in ("is_live", "is_upcoming"):
        raise Never("This is a live stream. Import it when it is over.")
    chosen = _chosen(info)
    return Found("site", _media(chosen), _facts(info), _tracks(info, language), str(info.get("extractor_key") or ""))


def fetch(url: str, media: Media, target: Path, limit: int, progress: Callable[[float, float], None]) -> None:
    """Put the segments of `media` together in `target`. Raises OutboundError, also beyond `limit` bytes."""

    def watch(state: dict[str, Any]) -> None:
        done = state.get("downloaded_bytes") or 0
        if done > limit:
            raise _TooLarge
        progress(done, state.get("total_bytes") or state.get("total_bytes_estimate") or 0)

    options = _options(
        outtmpl={"default": str(target).replace("%", "%%")},
        format=media.format,
        progress_hooks=[watch],
        postprocessors=[],
        nopart=True,
        skip_unavailable_fragments=False,
        overwrites=True,
    )
    with _YoutubeDL(options) as ydl:
        try:
            ydl.extract_info(url, download=True)
        except _TooLarge:
            raise Never(f"The recording is larger than the {limit / 1e6:g} MB that are taken.") from None
        except DownloadError as error:
            raise _in_words(error) from error
    if not target.exists():
        raise Never("The recording could not be put together from its segments.")


class _TooLarge(Exception):
    pass


def _YoutubeDL(options: dict[str, Any]) -> YoutubeDL:  # noqa: N802 -- stands for the class
    plugin_dirs.value = []
    return YoutubeDL(options)


def _known(url: str) -> bool:
    plugin_dirs.value = []
    return any(each.ie_key() != "Generic" and each.suitable(url) for each in gen_extractor_classes())


def _extract(url: str) -> dict[str, Any] | None:
    """The one recording; None where there is nothing that yt-dlp can read."""
    with _YoutubeDL(_options()) as ydl:
        try:
            info = ydl.extract_info(url, download=False)
            if info and info.get("_type") in ("playlist", "multi_video"):
                info = _only_entry(ydl, info)
        except DownloadError as error:
            if isinstance(_cause(error), UnsupportedError):
                return None
            raise _in_words(error) from error
        return ydl.sanitize_info(info) if info else None


def _only_entry(ydl: YoutubeDL, playlist: dict[str, Any]) -> dict[str, Any] | None:
    entries = [entry for entry in playlist.get("entries") or [] if entry]
    count = playlist.get("playlist_count") or len(entries)
    if len(entries) > 1:
        first = line(str(entries[0].get("title") or ""), 100)
        some = f"{count} recordings" if count >= len(entries) else "several recordings"
        example = f", such as that of “{first}”" if first else ""
        raise Never(f"This address has {some}. Import one of them by its own address{example}.")
    if not entries:
        return None
    if entries[0].get("_type") in ("url", "url_transparent"):
        return _as_info(ydl.extract_info(entries[0]["url"], download=False))
    return _as_info(entries[0])


def _as_info(found: Any) -> dict[str, Any] | None:
    return found if isinstance(found, dict) else None


def _chosen(info: dict[str, Any]) -> dict[str, Any]:
    chosen = (info.get("requested_formats") or [info])[0]
    address = str(chosen.get("url") or "")
    if not address or not address.isprintable():
        raise Never("The site gives out no recording that can be fetched here.")
    if chosen.get("has_drm"):
        raise Never("The recording is protected against copying.")
    return {**info, **chosen}


def _media(chosen: dict[str, Any]) -> Media:
    protocol = str(chosen.get("protocol") or "")
    pieces = protocol not in ("http", "https")
    if pieces and protocol not in ("m3u8_native", "http_dash_segments"):
        raise Never(f"The site only streams it, in a way that cannot be fetched here ({line(protocol, 30)}).")
    headers = chosen.get("http_headers") or {}
    return Media(
        url=str(chosen["url"]),
        headers={line(str(k)): line(str(v)) for k, v in headers.items() if str(k).lower() not in _NOT_SENT},
        extension=re.sub(r"[^a-z0-9]", "", str(chosen.get("ext") or "").lower())[:8],
        size=chosen.get("filesize") if isinstance(chosen.get("filesize"), int) else None,
        chunk=(chosen.get("downloader_options") or {}).get("http_chunk_size"),
        pieces=pieces,
        format=line(str(chosen.get("format_id") or "")),
    )


def _facts(info: dict[str, Any]) -> Facts:
    duration = info.get("duration")
    return Facts(
        title=line(str(info.get("title") or ""), MOST_TITLE),
        description=plain(str(info.get("description") or ""), MOST_DESCRIPTION),
        author=line(str(info.get("uploader") or info.get("channel") or info.get("creator") or ""), MOST_AUTHOR),
        published=_date(info),
        duration=float(duration) if isinstance(duration, (int, float)) else None,
        language=language_of(str(info.get("language") or "")),
    )


def _date(info: dict[str, Any]) -> str | None:
    try:
        if isinstance(stamp := info.get("release_timestamp") or info.get("timestamp"), (int, float)):
            return datetime.fromtimestamp(stamp, UTC).isoformat()
        return datetime.strptime(str(info.get("upload_date") or ""), "%Y%m%d").replace(tzinfo=UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _tracks(info: dict[str, Any], language: str) -> list[Track]:
    """All that people wrote, and what a machine heard, but not what it translated."""
    spoken = language_of(language) or language_of(str(info.get("language") or ""))
    manual = [_track(tag, formats, "manual") for tag, formats in (info.get("subtitles") or {}).items()]
    automatic = [
        _track(tag, formats, "automatic")
        for tag, formats in (info.get("automatic_captions") or {}).items()
        if tag.endswith("-orig") or (spoken and language_of(tag) == spoken)
    ]
    return [track for track in (*manual[:50], *automatic[:10]) if track is not None]


def _track(tag: str, formats: list[dict[str, Any]], kind: Any) -> Track | None:
    for extension in _CAPTIONS:
        for each in formats or []:
            if each.get("ext") == extension and urlsplit(str(each.get("url") or "")).scheme in ("http", "https"):
                return Track(each["url"], extension, language_of(tag), kind, line(str(each.get("name") or ""), 100))
    return None


def _cause(error: DownloadError) -> BaseException | None:
    return error.exc_info[1] if error.exc_info else None


def _in_words(error: DownloadError) -> OutboundError:
    """yt-dlp's own sentence, without addresses, which may hold secrets, and without what concerns its developers."""
    cause = _cause(error)
    network = next((each for each in (cause, getattr(cause, "cause", None)) if isinstance(each, RequestError)), None)
    text = _ANSI.sub("", str(getattr(cause, "orig_msg", None) or network or type(cause).__name__))
    text = _ADDRESS.sub(lambda found: urlsplit(found[0]).hostname or "", text.partition("; please report")[0])
    if re.search(r"requested format is not available|no video formats found", text, re.IGNORECASE):
        return Never("The site gives out no recording that can be fetched here.")
    return (TryAgain if _may_pass(network) else Never)(f"The recording could not be reached: {line(text, 300)}")


def _may_pass(network: RequestError | None) -> bool:
    if isinstance(network, HTTPError):
        return network.status in (408, 425, 429) or network.status >= 500
    return isinstance(network, TransportError)
