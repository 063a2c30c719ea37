"""Reading and writing the engine audio: 16 kHz, signed 16-bit PCM in a WAV file, one or two channels."""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.base import Clip, Never

RATE = 16_000

Samples = NDArray[np.int16]


def read_clip(clip: Clip) -> Samples:
    """The samples of the piece as one channel: the one that the clip names, else the mean of all.

    An `end` beyond the file is cut to it. Raises Never when the file is not engine audio or is not there: a step that
    runs again makes it anew, reading it again does not.
    """
    try:
        with wave.open(clip.path, "rb") as file:
            _check_format(file, clip.path)
            first = min(max(0, round(clip.start * RATE)), file.getnframes())
            last = min(max(first, round(clip.end * RATE)), file.getnframes())
            file.setpos(first)
            data = file.readframes(last - first)
            channels = file.getnchannels()
    except (OSError, EOFError, wave.Error) as error:
        raise Never(f"The engine audio {clip.path} cannot be read: {error}.") from error
    return _one_channel(np.frombuffer(data, dtype="<i2").reshape(-1, channels), clip.channel)


def as_floats(samples: Samples) -> NDArray[np.float32]:
    """The same samples as float32 from -1 to 1, as neural engines want them."""
    return samples.astype(np.float32) / np.float32(32768)


def as_wav(samples: Samples) -> bytes:
    """The same samples as the bytes of a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()


def quiet_cuts(samples: Samples, *, longest: float) -> list[tuple[int, int]]:
    """Split into (first, last) sample numbers, each at most `longest` seconds, at the quietest place near the end.

    For engines that take less at once than they are given. The last half of each piece is searched for the cut.
    """
    limit = int(longest * RATE)
    cuts: list[tuple[int, int]] = []
    first = 0
    while len(samples) - first > limit:
        start = first + limit // 2
        cut = start + _quietest(samples[start : first + limit])
        cuts.append((first, cut))
        first = cut
    return [*cuts, (first, len(samples))] if first < len(samples) else cuts


def _quietest(samples: Samples) -> int:
    """The middle of the quietest 100 ms."""
    step = RATE // 50
    frames = samples[: len(samples) // step * step].reshape(-1, step).astype(np.float64)
    energy = np.convolve((frames**2).mean(axis=1), np.ones(5) / 5, mode="same")
    return int(energy[2:-2].argmin() + 2) * step + step // 2


def _check_format(file: wave.Wave_read, path: str) -> None:
    if file.getframerate() != RATE or file.getsampwidth() != 2:
        raise Never(f"{path} is not engine audio: it has {file.getframerate()} Hz and {file.getsampwidth() * 8} bits.")


def _one_channel(frames: Samples, channel: int | None) -> Samples:
    if frames.shape[1] == 1:
        return frames[:, 0]
    if channel is None:
        mix: Samples = frames.mean(axis=1).astype(np.int16)
        return mix
    if channel >= frames.shape[1]:
        raise Never(f"The engine audio has no channel {channel}.")
    return np.ascontiguousarray(frames[:, channel])
