"""An mp3 that is already what we would make is copied: an hour in a second, and nothing lost by encoding it twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet

from transcripts.pipeline.audio.mp3 import DECODER_DELAY, Header, info_frame
from transcripts.pipeline.audio.source import Media, Source, open_media

_MOST_KBITS = 160  # more costs every listener more than encoding costs once


def copied(
    source: Source,
    target_mp3: Path,
    *,
    checkpoint: Callable[[], None],
    progress: Callable[[float, float], None],
) -> float | None:
    """Copy the frames of an mp3 of constant bit rate up to 160 kbit/s, without tags and cover art. Returns its seconds.

    None when `source` is anything else; what was written to `target_mp3` until then means nothing.
    """
    with open_media(source, checkpoint=checkpoint) as media:
        if media.container.format.name != "mp3" or media.stream.codec_context.codec.canonical_name != "mp3":
            return None
        with target_mp3.open("wb") as file:
            copy = _Copy(file)
            meter = media.meter(progress)
            try:
                for packet in media.container.demux(media.stream):
                    if not copy.take(packet):
                        return None
                    meter.at(copy.seconds)
                    media.pace.tick()
            except FFmpegError:
                return None
            return copy.finish(media)


class _Copy:
    """Frames of one constant stream, one after the other, behind an Info frame of our own."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._first: Header | None = None
        self._frames = self._size = self._dropped = 0

    @property
    def seconds(self) -> float:
        return self._frames * self._first.samples / self._first.rate if self._first else 0.0

    def take(self, packet: Packet[AudioStream]) -> bool:
        """Write the packet; False when it does not fit what came before."""
        data = bytes(packet)
        header = Header.read(data)
        if header is None:
            return True  # a tag between or after frames, which is left out
        if self._first is None:
            self._first = header
            self._file.write(bytes(int(header.mean_size)))  # the Info frame's place
        if len(data) != header.size or header.kbits > _MOST_KBITS or not header.same_stream(self._first):
            return False
        self._size += self._file.write(data)
        self._frames += 1
        self._dropped = _filling(packet)
        return True

    def finish(self, media: Media) -> float | None:
        """Write the Info frame: what the source's own says about its ends, which libav has read, must stay true."""
        if self._first is None:
            return None
        skipped = round((media.container.start_time or 0) / av.time_base * self._first.rate)
        frame = info_frame(
            self._first,
            frames=self._frames,
            size=self._size,
            delay=skipped - DECODER_DELAY if skipped >= DECODER_DELAY else None,
            padding=self._dropped + DECODER_DELAY,
        )
        self._file.seek(0)
        self._file.write(frame)
        return self.seconds - (skipped + self._dropped) / self._first.rate


def _filling(packet: Packet[AudioStream]) -> int:
    """Samples at the packet's end that the encoder added; libav says so at the last one (AV_PKT_DATA_SKIP_SAMPLES)."""
    if not packet.has_sidedata("skip_samples"):
        return 0
    return int.from_bytes(bytes(packet.get_sidedata("skip_samples"))[4:8], "little")
