"""The mp3 that people listen to.

Bit rate is constant, because players then find any second by arithmetic: with a variable one they go by a table of
100 entries, which is 36 seconds an entry in a meeting of an hour, and the highlighted word is not the one heard.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import lameenc
from av.audio.frame import AudioFrame

from transcripts.pipeline.audio.copying import copied
from transcripts.pipeline.audio.files import removed_on_failure
from transcripts.pipeline.audio.mp3 import Header, info_frame
from transcripts.pipeline.audio.source import Media, Source, open_media
from transcripts.pipeline.audio.timeline import Converter, Frames

#: Sample rates that MPEG audio layer III knows → kbit/s for each channel, allowed by the standard for one and for two.
_KBITS = {8000: 24, 11025: 32, 12000: 32, 16000: 48, 22050: 56, 24000: 64, 32000: 64, 44100: 64, 48000: 64}
#: LAME's "7: ok quality, really fast"; on speech at these bit rates its slower settings are not heard.
_QUALITY = 7
_LAME_DELAY = 576  # samples that LAME puts before the first one
_BLOCK = 32 * 1152


def encode_playback(
    source: Source,
    target_mp3: Path,
    *,
    checkpoint: Callable[[], None],
    progress: Callable[[float, float], None],
) -> float:
    """Make `target_mp3` from `source`: its own rate where mp3 has it, one or two channels. Returns its seconds.

    An mp3 of constant bit rate up to 160 kbit/s is copied, everything else encoded at 64 kbit/s a channel (less at low
    sample rates). The timeline is that of `extract`. `checkpoint` is called several times a second and may raise to
    stop; `progress(done, total)` counts seconds.

    Raises MediaError, and OSError of the disk or storage; then `target_mp3` does not remain.
    """
    with removed_on_failure(target_mp3):
        seconds = copied(source, target_mp3, checkpoint=checkpoint, progress=progress)
        if seconds is None:
            seconds = _encoded(source, target_mp3, checkpoint=checkpoint, progress=progress)
    progress(seconds, seconds)
    return seconds


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
