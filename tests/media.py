"""Small recordings, made on the spot."""

from __future__ import annotations

import io
import wave

import av
import numpy as np

from transcripts.domain.sample import sample_path

RATE = 16_000


def tone(seconds: float = 1.0, *, frequency: float = 440.0) -> np.ndarray:
    """A sine as signed 16-bit samples."""
    time = np.arange(int(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * frequency * time) * 8000).astype(np.int16)


def wav(seconds: float = 1.0) -> bytes:
    return _wav(tone(seconds))


def _wav(samples: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def speech(seconds: float) -> bytes:
    """The sample meeting as WAV, from its beginning and over again until it is so long."""
    with av.open(str(sample_path())) as container:
        resampler = av.AudioResampler("s16", "mono", RATE)
        frames = [found for frame in container.decode(audio=0) for found in resampler.resample(frame)]
    spoken = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    return _wav(np.resize(spoken, int(seconds * RATE)))


def m4a(seconds: float = 1.0) -> bytes:
    """AAC in MP4, whose index stands at the end as recorders write it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(seconds).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def silent_video(frames: int = 5) -> bytes:
    """Moving pictures without sound."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        for number in range(frames):
            picture = np.full((32, 32, 3), number * 20, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def adts(seconds: float = 1.0) -> bytes:
    """Bare AAC, whose frames stand one after the other, as live streams send it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="adts") as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(seconds).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()
