"""The work that `tests.bench.audio` measures, each piece in a process: `python -m tests.bench.audio_work NAME …`."""

from __future__ import annotations

import sys
from pathlib import Path

import av
import lameenc
import numpy as np

from transcripts.engines.diarization.channels import ChannelStatistics
from transcripts.engines.transcription.gate import SpeechDetector
from transcripts.pipeline import audio

SAMPLE = Path(__file__).parent.parent.parent / "static" / "sample" / "meeting.mp3"
RATE = 44_100
SECOND_VOICE_LATER = 7  # seconds by which the right channel hears everything later, so that the channels differ


def extract(source: str, target: str) -> None:
    audio.probe(source)
    _extract(source, target, detector=None)


def detect(source: str, target: str) -> None:
    detector = SpeechDetector()
    _extract(source, target, detector=detector)
    detector.finish()


def _extract(source: str, target: str, *, detector: SpeechDetector | None) -> None:
    audio.extract(
        source,
        Path(target) / "engine.wav",
        checkpoint=_nothing,
        progress=_ignored,
        observers=[detector.feed] if detector else [],
        channels=ChannelStatistics(),
    )


def playback(source: str, target: str) -> None:
    audio.encode_playback(source, Path(target) / "play.mp3", checkpoint=_nothing, progress=_ignored)


def copy(source: str, target: str) -> None:
    playback(source.replace("-192.", "-128."), target)


def record(minutes: str, kbits: str, target: str) -> None:
    """Write the sample over and over, both channels with noise of their own, as stereo mp3."""
    sound = _sample()
    stereo = np.stack([sound, np.roll(sound, SECOND_VOICE_LATER * RATE) // 2 + sound // 2], axis=1)
    noise = np.random.default_rng(0)
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(2)
    encoder.set_bit_rate(int(kbits))
    encoder.set_quality(7)
    left = int(minutes) * 60 * RATE
    with Path(target).open("wb") as file:
        while left:
            piece = stereo[:left] + noise.integers(-40, 41, (min(left, len(stereo)), 2))
            file.write(encoder.encode(np.clip(piece, -32768, 32767).astype(np.int16).tobytes()))
            left -= len(piece)
        file.write(encoder.flush())


def _sample() -> np.ndarray:
    """The sample at 44.1 kHz, one channel of whole numbers."""

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(SAMPLE)) as container:
        frames = [made for frame in container.decode(audio=0) for made in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray()[0] for frame in [*frames, *resampler.resample(None)]]).astype(np.int32)


def _nothing() -> None:
    """Nobody cancels a benchmark."""


def _ignored(done: float, total: float) -> None:
    """Nobody watches it either."""


if __name__ == "__main__":
    {work.__name__: work for work in (extract, detect, playback, copy, record)}[sys.argv[1]](*sys.argv[2:])
