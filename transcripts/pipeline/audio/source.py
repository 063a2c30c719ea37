"""The one door through which recordings reach libav.

Recordings come from strangers, and libav can be talked into much: playlists (HLS, DASH, concat) that open other files
and addresses, video decoders that nobody asked for, demuxers for the cut scenes of old games. So a file is always read
through a Python object of ours, nothing else can be opened by it, and demuxers and decoders are a list.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition

from transcripts.pipeline.audio.errors import MediaError
from transcripts.pipeline.audio.pacing import Meter, Pace

#: A path, or a seekable binary file object such as Django's storages return.
Source = BinaryIO | str | os.PathLike[str]

#: libav's names of the containers that we read. Everything that opens other files by name is left out.
DEMUXERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dts,eac3,flac,flv,gsm,loas,matroska,mov,mp3,mpeg,mpegts,mxf,ogg,rm,tta,voc,"
    "w64,wav,wv"
)
#: libav's names of the decoders that we run. No video decoder is among them, so none ever sees a stranger's bytes.
DECODERS = (
    "aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,adpcm_swf,adpcm_yamaha,alac,amrnb,amrwb,libopencore_amrnb,"
    "libopencore_amrwb,ape,cook,dca,eac3,flac,g722,g723_1,g726,g726le,g729,gsm,gsm_ms,mlp,mp1,mp1float,mp2,mp2float,"
    "mp3,mp3float,mp3adu,mp3adufloat,nellymoser,opus,libopus,pcm_alaw,pcm_bluray,pcm_dvd,pcm_f16le,pcm_f24le,"
    "pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,pcm_s16be_planar,pcm_s16le,pcm_s16le_planar,"
    "pcm_s24be,pcm_s24le,pcm_s24le_planar,pcm_s32be,pcm_s32le,pcm_s32le_planar,pcm_s64be,pcm_s64le,pcm_s8,"
    "pcm_s8_planar,pcm_u16be,pcm_u16le,pcm_u24be,pcm_u24le,pcm_u32be,pcm_u32le,pcm_u8,sipr,speex,truehd,tta,vorbis,"
    "wavpack,wmalossless,wmapro,wmav1,wmav2,wmavoice"
)
_DECODER_NAMES = frozenset(DECODERS.split(","))

#: First bytes of common recordings: a file that begins like this and cannot be opened is damaged, not something else.
_SIGNATURES: tuple[tuple[int, bytes], ...] = (
    (0, b"RIFF"), (0, b"RF64"), (0, b"OggS"), (0, b"fLaC"), (0, b"ID3"), (0, b"FORM"), (0, b"caff"), (0, b"#!AMR"),
    (0, b"\x1a\x45\xdf\xa3"), (0, b"\x30\x26\xb2\x75"), (0, b"FLV\x01"), (4, b"ftyp"), (4, b"moov"), (4, b"mdat"),
)  # fmt: skip
_PLAYLISTS = (b"#EXTM3U", b"ffconcat version", b"<?xml", b"<MPD", b"[playlist]")

_READ_SIZE = 128 * 1024
_MOST_CHANNELS = 64  # libswresample's own limit
_RATES = range(1000, 768_001)
_LONGEST_STATED = 30 * 24 * 3600.0  # seconds; a header that says more is broken


def _nothing() -> None:
    """The checkpoint of callers that cannot be cancelled."""


class _Stopped(Exception):
    """Carries what a checkpoint raised through libav, which would lose anything that is not an Exception."""

    def __init__(self, reason: BaseException) -> None:
        super().__init__()
        self.reason = reason


class Reader:
    """A file without a name for libav: no extension to guess from, and a checkpoint at every read.

    libav may read for minutes without giving back a packet (hours of video without sound), hence the checkpoint here.
    """

    def __init__(self, file: BinaryIO, pace: Pace) -> None:
        self._file = file
        self._pace = pace
        self.size = file.seek(0, os.SEEK_END)
        file.seek(0)
        self.head = file.read(4096)
        file.seek(0)

    def read(self, size: int) -> bytes:
        try:
            self._pace.tick()
        except BaseException as reason:  # noqa: BLE001 -- handed on whole by open_media
            raise _Stopped(reason) from None
        return self._file.read(size)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


@dataclass(frozen=True, slots=True)
class Media:
    """An open recording: its container, the stream of sound that we use, and the bytes below."""

    container: InputContainer
    stream: AudioStream
    reader: Reader
    pace: Pace

    @property
    def has_video(self) -> bool:
        """Whether it has moving pictures; cover art does not count."""
        return any(not stream.disposition & Disposition.attached_pic for stream in self.container.streams.video)

    @property
    def stated_seconds(self) -> float | None:
        """How long the headers say it is; None where they say nothing or nothing that can be true."""
        stream = self.stream
        seconds = 0.0
        if stream.duration and stream.time_base:
            seconds = float(stream.duration * stream.time_base)
        elif self.container.duration:
            seconds = self.container.duration / av.time_base
        return seconds if 0 < seconds <= _LONGEST_STATED else None

    def meter(self, progress: Callable[[float, float], None]) -> Meter:
        return Meter(progress, seconds=self.stated_seconds, share_read=lambda: self.reader.tell() / self.reader.size)


@contextmanager
def open_media(source: Source, *, checkpoint: Callable[[], None] = _nothing) -> Iterator[Media]:
    """Open `source` from its beginning, find its best stream of sound, and let the demuxer skip all others.

    Raises MediaError for what is wrong with the recording; errors of the storage below pass through unchanged.
    """
    with ExitStack() as stack:
        file = stack.enter_context(Path(source).open("rb")) if isinstance(source, (str, os.PathLike)) else source
        pace = Pace(checkpoint)
        reader = Reader(file, pace)
        try:
            container = stack.enter_context(_open_container(reader))
            stream = _audio_stream(container)
            _skip_all_but(stream)
            yield Media(container, stream, reader, pace)
        except _Stopped as stopped:
            raise stopped.reason from None


def _open_container(reader: Reader) -> InputContainer:
    if reader.size == 0:
        raise MediaError("The file is empty. Choose the recording again and upload it once more.", "empty")
    if reader.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PLAYLISTS):
        raise MediaError("This is a playlist, which only names other files. Upload the recording itself.", "not_media")
    try:
        return av.open(
            reader,
            mode="r",
            container_options={
                "format_whitelist": DEMUXERS,
                "codec_whitelist": DECODERS,
                "protocol_whitelist": "none",
            },
            metadata_errors="replace",
            buffer_size=_READ_SIZE,
            io_open=_refuse,
        )
    except av.FFmpegError as error:
        raise _explained(reader) from error


def _refuse(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise MediaError("This file refers to other files. Upload the recording itself.", "not_media")


def _explained(reader: Reader) -> MediaError:
    head = reader.head
    if head[4:8] == b"ftyp":
        return MediaError(
            "The file is cut short: its index, which is written when a recording ends, is missing. "
            "Stop or export the recording again and upload the complete file.",
            "unreadable",
        )
    if any(head[at:].startswith(signature) for at, signature in _SIGNATURES):
        return MediaError(
            "The file is cut short or damaged, so that nothing in it can be read. Export it again and upload it.",
            "unreadable",
        )
    return MediaError("This is not an audio or video file that we know. Upload a recording.", "not_media")


def _audio_stream(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        if not container.streams:
            raise MediaError("The file has a beginning but no content: it is cut short. Upload it again.", "unreadable")
        raise MediaError("File has no audio stream", "no_audio")  # the words that clients know
    best = container.streams.best("audio") or container.streams.audio[0]
    stream = container.streams.audio[[audio.index for audio in container.streams.audio].index(best.index)]
    _check_supported(stream)
    return stream


def _skip_all_but(stream: AudioStream) -> None:
    """Let the demuxer pass over the other streams, in most containers without reading them."""
    for other in stream.container.streams:
        if other.index != stream.index:
            other.discard = Discard.all


def _check_supported(stream: AudioStream) -> None:
    context = stream.codec_context
    if context is None or context.codec.name not in _DECODER_NAMES:
        name = f" ({context.codec.canonical_name})" if context is not None else ""
        raise MediaError(
            f"The sound in this file uses a codec that cannot be read here{name}. Convert it to mp3, m4a or wav.",
            "unsupported",
        )
    if context.sample_rate not in _RATES:
        raise MediaError("The file does not say at which rate its sound plays: it is damaged. Export it.", "unreadable")
    if not 1 <= context.layout.nb_channels <= _MOST_CHANNELS:
        raise MediaError(
            f"The file has more channels of sound than can be read, which is {_MOST_CHANNELS}. Mix it down first.",
            "unsupported",
        )
    context.thread_count = 1  # sound is decoded faster than threads are started
