"""Sound for the engines' tests: the sample meeting that ships with the project, and what is not speech."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import av
import numpy as np

from transcripts.engines.base import Clip
from transcripts.engines.wav import RATE, Samples, as_wav

SAMPLE = Path(__file__).resolve().parents[3] / "static" / "sample" / "meeting.mp3"


@cache
def meeting() -> Samples:
    """The sample meeting as engine audio."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(SAMPLE)) as container:
        decoded = [frame for packet in container.decode(audio=0) for frame in resampler.resample(packet)]
    return np.concatenate([frame.to_ndarray()[0] for frame in decoded])


def turns() -> list[tuple[float, float]]:
    """Where somebody speaks in it."""
    return [(turn["start"], turn["end"]) for turn in json.loads(SAMPLE.with_suffix(".json").read_text())["turns"]]


def excerpt(start: float, end: float) -> Samples:
    return meeting()[int(start * RATE) : int(end * RATE)]


def clip_of(samples: Samples, directory: Path) -> Clip:
    """The samples as an engine gets them: a piece of a file."""
    path = directory / "engine.wav"
    path.write_bytes(as_wav(samples))
    return Clip(path=str(path), start=0.0, end=len(samples) / RATE)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.int16)


def noise(seconds: float, level: float = 0.1) -> Samples:
    return _samples(np.random.default_rng(0).normal(size=int(seconds * RATE)) * level)


def hum(seconds: float) -> Samples:
    return _samples(sum(0.1 * np.sin(2 * np.pi * 50 * k * _time(seconds)) for k in range(1, 6)))


def sine(seconds: float, frequency: float = 440.0) -> Samples:
    return _samples(0.3 * np.sin(2 * np.pi * frequency * _time(seconds)))


def dial_tone(seconds: float) -> Samples:
    """Half a second of tone, half a second of nothing."""
    return np.where(_time(seconds) % 1 < 0.5, sine(seconds, 425), 0).astype(np.int16)


def chords(seconds: float, *, beat: float, decay: float | None) -> Samples:
    """Four chords over and over: held as on an organ, or dying away as on a piano."""
    time = _time(seconds)
    since = time % beat
    which = (time // beat).astype(int) % 4
    notes = np.array([[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]])[which]
    sound = sum(np.sin(2 * np.pi * k * notes[:, n] * since) / k for n in range(3) for k in range(1, 9))
    envelope = np.minimum(1, since / 0.02) * np.minimum(1, (beat - since) / 0.03)
    return _samples(0.1 * sound * envelope * (np.exp(-since / decay) if decay else 1))


def keyboard(seconds: float) -> Samples:
    """Clicks of a few milliseconds at odd moments, over faint noise."""
    random = np.random.default_rng(1)
    sound = random.normal(size=int(seconds * RATE)) * 0.001
    for at in random.integers(0, len(sound) - 400, int(seconds * 4)):
        sound[at : at + 400] += random.normal(size=400) * np.exp(-np.arange(400) / 60) * 0.3
    return _samples(sound)


def _time(seconds: float) -> np.ndarray:
    return np.arange(int(seconds * RATE)) / RATE


def _samples(sound: np.ndarray) -> Samples:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)
