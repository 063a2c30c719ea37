"""Conversations made in the test: voices from a source and a filter, and the truth about who speaks when.

A voice is a train of pulses (or noise) through three resonances that move from vowel to vowel, as in Klatt's
synthesiser. Speakers differ in pitch, in the length of the vocal tract, which moves all resonances, and in brightness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.signal import lfilter

from transcripts.engines.base import SpeakerTurn
from transcripts.engines.wav import RATE, Samples

#: First three resonances (Hz) of a, e, i, o, u and of the vowel in "bird".
VOWELS = np.array(
    [[730, 1090, 2440], [530, 1840, 2480], [270, 2290, 3010], [570, 840, 2410], [300, 870, 2240], [490, 1350, 1690]]
)
BANDWIDTHS = (80, 110, 160)


@dataclass(frozen=True, slots=True)
class Voice:
    """`pitch` in Hz; `tract` by which all resonances are multiplied; `brightness` from 0 (dull) to 1."""

    pitch: float
    tract: float
    brightness: float


ANNA = Voice(pitch=205, tract=1.17, brightness=0.2)
MARK = Voice(pitch=112, tract=0.98, brightness=0.55)
OTTO = Voice(pitch=85, tract=0.8, brightness=0.05)


def conversation(*said: tuple[Voice, float], pause: float = 0.3) -> tuple[Samples, list[SpeakerTurn]]:
    """The turns (who, for how many seconds) one after the other with pauses between them, as sound and as truth."""
    numbers: dict[Voice, int] = {}
    parts: list[np.ndarray] = []
    turns: list[SpeakerTurn] = []
    at = 0.0
    for seed, (voice, seconds) in enumerate(said):
        parts += [np.zeros(int(pause * RATE)), babble(voice, seconds, seed=seed)]
        at += pause
        turns.append(SpeakerTurn(at, at + seconds, numbers.setdefault(voice, len(numbers))))
        at += seconds
    sound = np.concatenate([*parts, np.zeros(int(pause * RATE))])
    sound += np.random.default_rng(0).normal(size=len(sound)) * 0.0005
    return samples(sound), turns


@cache
def babble(voice: Voice, seconds: float, *, seed: int) -> np.ndarray:
    """Syllables of a hiss and a vowel each, about four a second, at a level of about -20 dB."""
    random = np.random.default_rng(seed)
    syllables: list[np.ndarray] = []
    while sum(map(len, syllables)) < seconds * RATE:
        syllables.append(_syllable(voice, random))
    sound = np.concatenate(syllables)[: int(seconds * RATE)]
    return 0.1 * sound / np.sqrt((sound**2).mean())


def samples(sound: np.ndarray) -> Samples:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def _syllable(voice: Voice, random: np.random.Generator) -> np.ndarray:
    hiss = random.normal(size=int(RATE * random.uniform(0.03, 0.08)))
    count = int(RATE * random.uniform(0.12, 0.26))
    pitch = voice.pitch * random.uniform(0.9, 1.15) * np.linspace(1.06, 0.94, count)
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0)
    vowel = lfilter([1, -voice.brightness], [1, -0.85], pulses + random.normal(size=count) * 0.01)
    first, last = VOWELS[random.integers(len(VOWELS), size=2)]
    for resonance, bandwidth in enumerate(BANDWIDTHS):
        vowel = _glide(vowel, first[resonance] * voice.tract, last[resonance] * voice.tract, bandwidth)
    vowel *= np.hanning(count) ** 0.3 / np.sqrt((vowel**2).mean())
    hiss = _glide(hiss, 4500 * voice.tract, 4500 * voice.tract, 1500)
    return np.concatenate([0.15 * hiss / np.sqrt((hiss**2).mean()), vowel, np.zeros(RATE // 50)])


def _glide(sound: np.ndarray, start: float, end: float, bandwidth: float) -> np.ndarray:
    """Through a resonance that moves from `start` to `end` Hz in four steps."""
    state = np.zeros(2)
    parts = []
    for hertz, part in zip(np.linspace(start, end, 4), np.array_split(sound, 4), strict=True):
        radius = np.exp(-np.pi * bandwidth / RATE)
        poles = [1, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2]
        filtered, state = lfilter([1 - radius], poles, part, zi=state)
        parts.append(filtered)
    return np.concatenate(parts)
