"""The mp3 that people listen to.

Bit rate is constant, because players then find any second by arithmetic: with a variable one they go by a table of
100 entries, which is 36 seconds an entry in a meeting of an hour, and the highlighted word is not the one heard.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import av
import lameenc
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from transcripts.pipeline.audio.files import removed_on_failure
from transcripts.pipeline.audio.mp3 import DECODER_DELAY, Header, info_frame
from transcripts.pipeline.audio.source import Media, Source, open_media
from transcripts.pipeline.audio.timeline import Converter, Frames

#: Sample rates that MPEG audio layer III knows → kbit/s for each channel, allowed by the standard for one and for two.
_KBITS = {8000: 24, 11025: 32, 12000: 32, 16000: 48, 22050: 56, 24000: 64, 32000: 64, 44100: 64, 48000: 64}
#: LAME's "7: ok quality, really fast"; on speech at these bit rates its slower settings are not heard.
_QUALITY = 7
_LAME_DELAY = 576  # samples that LAME puts before the first one
_BLOCK = 32 * 1152
_MOST_COPIED_KBITS = 160  # more would cost listeners more than encoding costs us


def encode_playback(
    source: Source,
    target_mp3: Path,
    *,
    checkpoint: Callable[[], None],
    progress: Callable[[float, float], None],
) -> float:
    """Make `target_mp3` from `source`: its own rate where mp3 has it, one or two channels. Returns its seconds.

    An mp3 of constant bit rate up to 160 kbit/s is copied, everything else encoded at 64 kbit/s a channel. The timeline is that of `extract`. `checkpoint` is called several times a second and may raise to stop;
    `progress(done, total)` counts seconds.

    Raises MediaError, and OSError of the disk or storage; then `target_mp3` does not remain.
    """
    with removed_on_failure(target_mp3):
        seconds = _copied(source, target_mp3, checkpoint=checkpoint, progress=progress)
        if seconds is None:
            seconds = _encoded(source, target_mp3, checkpoint=checkpoint, progress=progress)
    progress(seconds, seconds)
    return seconds


def _copied(
    source: Source, target: Path, *, checkpoint: Callable[[], None], progress: Callable[[float, float], None]
) -> float | None:
    """Copy the frames of an mp3 that is already what we would make, without tags and cover art; None if it is not.

    That is an hour in a second instead of twenty, and nothing is lost by encoding twice.
    """
    with open_media(source, checkpoint=checkpoint) as media, target.open("wb") as file:
        if media.container.format.name != "mp3" or media.stream.codec_context.codec.canonical_name != "mp3":
            return None
        meter = media.meter(progress)
        first: Header | None = None
        frames = size = dropped = 0
        for packet in media.container.demux(media.stream):
            data = bytes(packet)
            header = Header.read(data)
            if header is None:
                continue  # a tag at the end
            if first is None:
                first = header
                file.write(bytes(int(first.mean_size)))  # the Info frame's place
            if len(data) != header.size or not header.same_stream(first) or not _fits(header):
                return None
            size += file.write(data)
            frames += 1
            dropped = _samples_dropped_after(packet)
            meter.at(frames * first.samples / first.rate)
            media.pace.tick()
        if first is None:
            return None
        skipped = round((media.container.start_time or 0) / av.time_base * first.rate)
        delay = skipped - DECODER_DELAY if skipped >= DECODER_DELAY else None
        file.seek(0)
        file.write(info_frame(first, frames=frames, size=size, delay=delay, padding=dropped + DECODER_DELAY))
        return (frames * first.samples - skipped - dropped) / first.rate


def _samples_dropped_after(packet: Packet[AudioStream]) -> int:
    """How much of the end of this packet is the encoder's filling; libav says so at the last one (AVPacketSideData)."""
    if not packet.has_sidedata("skip_samples"):
        return 0
    return int.from_bytes(bytes(packet.get_sidedata("skip_samples"))[4:8], "little")


def _fits(header: Header) -> bool:
    return header.kbits <= _MOST_COPIED_KBITS and header.rate in _KBITS


def _encoded(
    source: Source, target: Path, *, checkpoint: Callable[[], None], progress: Callable[[float, float], None]
) -> float:
    with open_media(source, checkpoint=checkpoint) as media, target.open("wb") as file:
        frames, meter = Frames(media), media.meter(progress)
        encoder = _Encoder(file, media)
        for frame in frames:
            encoder.push(frame)
            meter.at(frames.seconds)
        encoder.finish()
        return frames.seconds


class _Encoder:
    """Frames of sound in, an mp3 file out.

    LAME comes from lameenc, which is three to four times as fast as the one in PyAV's wheels (built without
    optimisation). lameenc leaves out the Info frame by which players know length and start, so that is written here.
    """

    def __init__(self, file: BinaryIO, media: Media) -> None:
        context = media.stream.codec_context
        self._file = file
        self._channels = 2 if context.layout.nb_channels == 2 else 1
        rate = _nearest_rate(context.sample_rate)
        self._converter = Converter(rate=rate, channels=self._channels, block=_BLOCK)
        self._lame = _lame(rate=rate, channels=self._channels)
        self._first: Header | None = None
        self._size = self._samples = 0

    def push(self, frame: AudioFrame) -> None:
        for block in self._converter.push(frame):
            self._encode(block)

    def finish(self) -> None:
        """Write what the encoder still holds, then the Info frame in the place kept for it."""
        for block in self._converter.flush():
            self._encode(block)
        self._write(self._lame.flush())
        assert self._first is not None, "LAME gives at least one frame for any sound"
        frames = round(self._size / self._first.mean_size)
        padding = frames * self._first.samples - _LAME_DELAY - self._samples
        self._file.seek(0)
        self._file.write(info_frame(self._first, frames=frames, size=self._size, delay=_LAME_DELAY, padding=padding))

    def _encode(self, block: memoryview) -> None:
        self._samples += len(block) // (2 * self._channels)
        self._write(self._lame.encode(bytes(block)))

    def _write(self, data: bytearray) -> None:
        if data and self._first is None:
            self._first = Header.read(data)
            assert self._first is not None, "LAME's output begins with a frame"
            self._file.write(bytes(int(self._first.mean_size)))  # the Info frame's place
        self._size += self._file.write(data)


def _nearest_rate(rate: int) -> int:
    return min(_KBITS, key=lambda known: (abs(known - rate), -known))


def _lame(*, rate: int, channels: int) -> lameenc.Encoder:
    lame = lameenc.Encoder()
    lame.silence()
    lame.set_in_sample_rate(rate)
    lame.set_out_sample_rate(rate)
    lame.set_channels(channels)
    lame.set_bit_rate(_KBITS[rate] * channels)
    lame.set_quality(_QUALITY)
    return lame
