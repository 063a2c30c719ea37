"""From a recording to what engines hear: 16 kHz PCM on one timeline, and the waveform on the way."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcripts.pipeline.audio.errors import MediaError
from transcripts.pipeline.audio.files import removed_on_failure
from transcripts.pipeline.audio.pacing import Meter, Pace
from transcripts.pipeline.audio.source import Source, open_media
from transcripts.pipeline.audio.timeline import Converter, Frames
from transcripts.pipeline.audio.waveform import Waveform

ENGINE_RATE = 16_000
#: A WAV file counts its bytes in 32 bits: 4 GiB are 18.6 hours of two channels.
LONGEST_SECONDS = 18 * 3600
_BLOCK = 2 * ENGINE_RATE

Samples = NDArray[np.int16]


class ChannelStatistics(Protocol):
    """Finds out whether the two channels of a recording carry different speakers."""

    def feed(self, block: Samples) -> None:
        """Take the next samples, shape (n, 2), 16 kHz."""

    def separate(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Extracted:
    """What `extract` found out. `peaks` are the 255 points of the waveform.

    `truncated`: the recording ends before its header says it should. `damaged`: parts of it could not be decoded and
    are silent in the result.
    """

    duration: float
    channels: int
    peaks: list[float]
    truncated: bool
    damaged: bool


def extract(
    source: Source,
    target_wav: Path,
    *,
    checkpoint: Callable[[], None],
    progress: Callable[[float, float], None],
    observers: Sequence[Callable[[Samples], None]] = (),
    channels: ChannelStatistics | None = None,
) -> Extracted:
    """Decode `source` once into `target_wav`: 16 kHz, 16-bit, one channel, or two where they are different speakers.

    Each of `observers` gets the mix as blocks of int16, at most two seconds each. `channels` judges recordings of two
    channels and is fed all of them; without it the result has one channel. `checkpoint` is called several times a
    second and may raise to stop; `progress(done, total)` counts seconds, or bytes where the length is unknown.

    Raises MediaError, and OSError of the disk or storage; then `target_wav` does not remain.
    """
    with open_media(source, checkpoint=checkpoint) as media, removed_on_failure(target_wav):
        wide = channels is not None and media.stream.codec_context.layout.nb_channels == 2
        frames = Frames(media)
        waveform = Waveform()
        with wave.open(str(target_wav), "wb") as wav:
            wav.setparams((2 if wide else 1, 2, ENGINE_RATE, 0, "NONE", ""))
            for block in _blocks(frames, channels=2 if wide else 1, meter=media.meter(progress)):
                wav.writeframesraw(block.data)
                if wide and channels is not None:
                    channels.feed(block)
                mono = _mixed(block)
                waveform.feed(mono)
                for observe in observers:
                    observe(mono)
        if wide and channels is not None and not channels.separate():
            _narrow(target_wav, media.pace)
            wide = False
        return Extracted(
            duration=frames.seconds,
            channels=2 if wide else 1,
            peaks=waveform.peaks(),
            truncated=frames.truncated,
            damaged=frames.damaged,
        )


def _blocks(frames: Frames, *, channels: int, meter: Meter) -> Iterator[Samples]:
    """The recording as int16 of shape (n, channels)."""
    converter = Converter(rate=ENGINE_RATE, channels=channels, block=_BLOCK)
    for frame in frames:
        for data in converter.push(frame):
            yield np.frombuffer(data, dtype=np.int16).reshape(-1, channels)
            meter.at(frames.seconds)
        if frames.seconds > LONGEST_SECONDS:
            raise MediaError(
                f"The recording is longer than {LONGEST_SECONDS // 3600} hours, the most that can be processed. "
                "Split it and upload the parts.",
                "too_long",
            )
    for data in converter.flush():
        yield np.frombuffer(data, dtype=np.int16).reshape(-1, channels)
    meter.finish(frames.seconds)


def _mixed(block: Samples) -> Samples:
    """One channel: both halves the same, as libav mixes stereo."""
    if block.shape[1] == 1:
        return block[:, 0]
    return ((block[:, 0].astype(np.int32) + block[:, 1]) >> 1).astype(np.int16)


def _narrow(path: Path, pace: Pace) -> None:
    """Mix a file of two channels to one in place: what is written is always behind what is read."""
    with path.open("r+b") as file:
        with wave.open(file, "rb") as wav:
            count = wav.getnframes()
            read = file.tell()
        written = 0
        with wave.open(file, "wb") as wav:
            wav.setparams((1, 2, ENGINE_RATE, count, "NONE", ""))
            for first in range(0, count, _BLOCK):
                file.seek(read)
                stereo = np.frombuffer(file.read(4 * min(_BLOCK, count - first)), dtype=np.int16).reshape(-1, 2)
                read = file.tell()
                file.seek(written)
                wav.writeframesraw(_mixed(stereo).data)
                written = file.tell()
                pace.tick()
        file.truncate(written)
