"""Who speaks when, in a recording with a speaker on each of two channels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from transcripts.engines.base import Clip, Progress, SpeakerTurn
from transcripts.engines.diarization import voice
from transcripts.engines.diarization.features import FRAME_SECONDS, HOP, Floats, read_blocks
from transcripts.engines.diarization.turns import Flags, close_gaps, drop_short, flagged, normalised
from transcripts.engines.transcription.activity import SpeechDetector
from transcripts.engines.wav import Samples

#: A channel that is this much further (dB) below its usual loudness than the other one only overhears it.
OVERHEARD = 10.0
#: Loudness is followed over so many frames.
SMOOTHING = 21
#: Sounds shorter than this (seconds) are no turns.
SHORTEST_TURN = 0.2


def turns_by_channel(clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
    """The turns of a clip with two channels, each with a speaker of its own; they overlap where both talk.

    Raises Never as `read_clip` does.
    """
    ears = [_Ear(), _Ear()]
    left, right = (read_blocks(replace(clip, channel=channel)) for channel in (0, 1))
    for (one, seconds), (other, _) in zip(left, right, strict=True):
        ears[0].feed(one)
        ears[1].feed(other)
        progress(seconds, clip.end - clip.start)
    heard = [ear.finish() for ear in ears]
    return normalised(
        (clip.start + first * FRAME_SECONDS, clip.start + last * FRAME_SECONDS, channel)
        for channel, speech in enumerate(_without_cross_talk(heard))
        for first, last in flagged(speech)
    )


class _Ear:
    """One channel: where there is speech, and how loud each frame is compared to what is usual there."""

    def __init__(self) -> None:
        self._detector = SpeechDetector()
        self._tail = np.zeros(0, np.int16)
        self._levels: list[Floats] = []

    def feed(self, block: Samples) -> None:
        self._detector.feed(block)
        samples = np.concatenate([self._tail, block])
        whole = len(samples) // HOP * HOP
        self._tail = samples[whole:]
        power = (samples[:whole].reshape(-1, HOP).astype(np.float32) ** 2).mean(axis=1)
        self._levels.append(10 * np.log10(power + 1))

    def finish(self) -> tuple[Flags, Floats]:
        level = np.concatenate(self._levels) if self._levels else np.zeros(0, np.float32)
        speech = voice.speech_frames(self._detector.finish(), frames=len(level))
        if not speech.any():
            return speech, level
        smooth = np.convolve(level, np.full(SMOOTHING, 1 / SMOOTHING, np.float32), mode="same")[: len(level)]
        return speech, smooth - np.percentile(level[speech], 90)


def _without_cross_talk(heard: list[tuple[Flags, Floats]]) -> list[Flags]:
    (one, one_level), (other, other_level) = heard
    distance = one_level - other_level
    return [
        _settled(one & ~(other & (distance < -OVERHEARD))),
        _settled(other & ~(one & (distance > OVERHEARD))),
    ]


def _settled(speech: Flags) -> Flags:
    closed = close_gaps(speech, longest=voice.LONGEST_PAUSE / FRAME_SECONDS)
    return drop_short(closed, shortest=SHORTEST_TURN / FRAME_SECONDS)
