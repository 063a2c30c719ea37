"""Small recordings for tests, made with PyAV on the spot."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray
from typing_extensions import Buffer

Signal = NDArray[np.float32]


def tone(seconds: float, *, rate: int = 16_000, hertz: float = 440.0, level: float = 0.5) -> Signal:
    """A sine, shape (1, n)."""
    time = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[np.newaxis]


def silence(seconds: float, *, rate: int = 16_000) -> Signal:
    return np.zeros((1, round(seconds * rate)), dtype=np.float32)


def clicks(seconds: float, *, rate: int = 16_000, at: tuple[float, ...]) -> Signal:
    """Silence with a 20 ms burst of 1 kHz at each of the given seconds."""
    signal = silence(seconds, rate=rate)
    burst = tone(0.02, rate=rate, hertz=1000.0, level=0.8)[0]
    for second in at:
        start = round(second * rate)
        signal[0, start : start + len(burst)] = burst[: signal.shape[1] - start]
    return signal


def wav(signal: Signal, *, rate: int = 16_000, width: int = 2) -> bytes:
    """PCM of `width` bytes a sample: 1 is unsigned, as the format has it."""
    interleaved = signal.T.reshape(-1).astype(np.float64)
    if width == 1:
        data = (interleaved * 127 + 128).astype(np.uint8).tobytes()
    else:
        whole = (interleaved * (2 ** (8 * width - 1) - 1)).astype("<i4")
        data = whole.view(np.uint8).reshape(-1, 4)[:, :width].tobytes()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((signal.shape[0], width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return buffer.getvalue()


class WriteOnly(io.RawIOBase):
    """A target that cannot seek, as a live recorder's: what goes through it gets no duration and no index."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer) -> int:
        self.data += data
        return memoryview(data).nbytes


def encoded(
    signal: Signal,
    container: str,
    codec: str,
    *,
    rate: int = 48_000,
    live: bool = False,
    video: bool = False,
    gap_at: float | None = None,
    gap: float = 0.0,
    starts_at: float = 0.0,
    kbits: int | None = None,
    quality: int | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """`signal` at `rate` in a container: live without duration, with a picture, with `gap` seconds missing at `gap_at`.

    The gap is in time only: after it the sound goes on where it was, `gap` seconds later. The bit rate is constant,
    `kbits` (by default 64, less at low sample rates), or variable with a `quality` of 0 to 9.
    """
    file = WriteOnly() if live else io.BytesIO()
    with av.open(file, "w", format=container, container_options=options or {}) as output:
        picture = _add_picture(output) if video else None
        layout = "mono" if signal.shape[0] == 1 else "stereo"
        bits = 1000 * kbits if kbits else 64_000 if rate > 8000 else 12_200
        stream = output.add_stream(codec, rate=rate, layout=layout, bit_rate=bits)
        assert isinstance(stream, AudioStream)
        if quality is not None:  # a variable bit rate
            stream.codec_context.qscale, stream.codec_context.global_quality = True, 118 * quality  # FF_QP2LAMBDA
        if picture is not None:
            _write_picture(output, picture, seconds=signal.shape[1] / rate)
        for frame in _frames(signal, rate=rate, layout=layout):
            for packet in stream.encode(frame):
                _shift(packet, gap_at=gap_at, gap=gap, starts_at=starts_at)
                output.mux(packet)
        for packet in stream.encode(None):
            _shift(packet, gap_at=gap_at, gap=gap, starts_at=starts_at)
            output.mux(packet)
    return bytes(file.data) if isinstance(file, WriteOnly) else file.getvalue()


def _frames(signal: Signal, *, rate: int, layout: str) -> Iterator[av.AudioFrame]:
    for start in range(0, signal.shape[1], 960):
        piece = np.ascontiguousarray(signal[:, start : start + 960])
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def _shift(packet: av.Packet[Any], *, gap_at: float | None, gap: float, starts_at: float) -> None:
    if packet.pts is None:
        return
    late = starts_at + (gap if gap_at is not None and float(packet.pts * packet.time_base) >= gap_at else 0.0)
    packet.pts += round(late / packet.time_base)
    packet.dts = packet.pts


def _add_picture(output: av.container.OutputContainer) -> av.VideoStream:
    stream = output.add_stream("mpeg4" if output.format.name != "webm" else "libvpx", rate=5)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _write_picture(output: av.container.OutputContainer, stream: av.VideoStream, *, seconds: float) -> None:
    for number in range(max(1, round(seconds * 5))):
        frame = av.VideoFrame(64, 48, "yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 5)
        for packet in stream.encode(frame):
            output.mux(packet)
    for packet in stream.encode(None):
        output.mux(packet)


def picture_only(container: str = "mp4") -> bytes:
    """A film without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        _write_picture(output, _add_picture(output), seconds=1.0)
    return file.getvalue()
