"""What a file is, from its headers alone."""

from __future__ import annotations

from dataclasses import dataclass

from av.error import FFmpegError

from transcripts.pipeline.audio.source import Media, Source, open_media

#: libav's container name → extension and MIME type, with sound only and with pictures. Matroska and MP4, which are
#: families, are told apart below.
_KINDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "aac": (("aac", "audio/aac"), ("aac", "audio/aac")),
    "ac3": (("ac3", "audio/ac3"), ("ac3", "audio/ac3")),
    "aiff": (("aiff", "audio/aiff"), ("aiff", "audio/aiff")),
    "amr": (("amr", "audio/amr"), ("amr", "audio/amr")),
    "ape": (("ape", "audio/x-ape"), ("ape", "audio/x-ape")),
    "asf": (("wma", "audio/x-ms-wma"), ("wmv", "video/x-ms-wmv")),
    "au": (("au", "audio/basic"), ("au", "audio/basic")),
    "avi": (("avi", "video/x-msvideo"), ("avi", "video/x-msvideo")),
    "caf": (("caf", "audio/x-caf"), ("caf", "audio/x-caf")),
    "dts": (("dts", "audio/vnd.dts"), ("dts", "audio/vnd.dts")),
    "eac3": (("eac3", "audio/eac3"), ("eac3", "audio/eac3")),
    "flac": (("flac", "audio/flac"), ("flac", "audio/flac")),
    "flv": (("flv", "video/x-flv"), ("flv", "video/x-flv")),
    "gsm": (("gsm", "audio/gsm"), ("gsm", "audio/gsm")),
    "loas": (("aac", "audio/aac"), ("aac", "audio/aac")),
    "matroska": (("mka", "audio/x-matroska"), ("mkv", "video/x-matroska")),
    "mov": (("m4a", "audio/mp4"), ("mp4", "video/mp4")),
    "mp3": (("mp3", "audio/mpeg"), ("mp3", "audio/mpeg")),
    "mpeg": (("mpg", "video/mpeg"), ("mpg", "video/mpeg")),
    "mpegts": (("ts", "video/mp2t"), ("ts", "video/mp2t")),
    "mxf": (("mxf", "application/mxf"), ("mxf", "application/mxf")),
    "ogg": (("ogg", "audio/ogg"), ("ogv", "video/ogg")),
    "rm": (("ra", "audio/vnd.rn-realaudio"), ("rm", "application/vnd.rn-realmedia")),
    "tta": (("tta", "audio/x-tta"), ("tta", "audio/x-tta")),
    "voc": (("voc", "audio/x-voc"), ("voc", "audio/x-voc")),
    "w64": (("w64", "audio/x-w64"), ("w64", "audio/x-w64")),
    "wav": (("wav", "audio/wav"), ("wav", "audio/wav")),
    "wv": (("wv", "audio/x-wavpack"), ("wv", "audio/x-wavpack")),
}
_WEBM = (("webm", "audio/webm"), ("webm", "video/webm"))
_QUICKTIME = (("mov", "video/quicktime"), ("mov", "video/quicktime"))
_3GPP = (("3gp", "audio/3gpp"), ("3gp", "video/3gpp"))
_OPUS = (("opus", "audio/ogg"), ("ogv", "video/ogg"))

#: A recording without a length in its header is read through for it up to this size: a second's work.
_SCANNED_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """`duration` is in seconds and as good as the headers; `extract` tells the exact one. `container` is libav's name.

    `extension` (no dot) and `mime` come from the content, whatever the file was called.
    """

    duration: float | None
    channels: int
    sample_rate: int
    codec: str
    container: str
    extension: str
    mime: str
    has_video: bool


def probe(source: Source) -> MediaInfo:
    """Look at the headers of `source`, a path or a seekable file object, which stays open; nothing is decoded.

    Raises MediaError when it is not a recording with sound that can be read here.
    """
    with open_media(source) as media:
        context = media.stream.codec_context
        extension, mime = _kind(media)
        return MediaInfo(
            channels=context.layout.nb_channels,
            sample_rate=context.sample_rate,
            codec=context.codec.canonical_name,
            container=media.container.format.name,
            extension=extension,
            mime=mime,
            has_video=media.has_video,
            duration=media.stated_seconds or _last_second(media),
        )


def _kind(media: Media) -> tuple[str, str]:
    family = media.container.format.name.split(",")[0]
    kinds = _KINDS[family]
    brand = media.container.metadata.get("major_brand", "")
    if family == "matroska" and b"webm" in media.reader.head[:64]:  # the DocType is among the first elements
        kinds = _WEBM
    elif family == "mov" and brand == "qt  ":
        kinds = _QUICKTIME
    elif family == "mov" and brand.startswith("3g"):
        kinds = _3GPP
    elif family == "ogg" and media.stream.codec_context.codec.canonical_name == "opus":
        kinds = _OPUS
    return kinds[media.has_video]


def _last_second(media: Media) -> float | None:
    """The end of the last packet: what browsers record carries no length, nor an index by which to jump to its end."""
    if media.reader.size > _SCANNED_BYTES:
        return None
    end = 0
    try:
        for packet in media.container.demux(media.stream):
            if packet.pts is not None:
                end = max(end, packet.pts + (packet.duration or 0))
    except FFmpegError:
        pass  # cut short: what came before still counts
    if not media.stream.time_base:
        return None
    seconds = float(end * media.stream.time_base) - (media.container.start_time or 0) / 1_000_000
    return seconds if seconds > 0 else None
