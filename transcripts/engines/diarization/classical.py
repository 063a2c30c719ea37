"""The built-in diarizer: who spoke when, offline, on a CPU, with no model but what it learns from the recording.

    speech frames ── voice.py          mel bands ── features.py
          └────────────┬───────────────────┘
        moments of a quarter of a second, as evidence ── evidence.py
                       │
        first guesses: pieces of some seconds, joined while they sound alike ── cluster.py, gaussian.py
                       │
        each guess, with 1, 2, 3… speakers, learnt to its end; the one that tells most is taken ── resegment.py
                       │
        speakers that differ by no more than one does from hour to hour are one ── `_without_doubles`
                       │
        turns ── turns.py

Where people talk over each other, the one who is heard best has the turn. A recording with a speaker on each of two
channels needs none of this: see stereo.py.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, SpeakerTurn
from transcripts.engines.diarization import features, voice
from transcripts.engines.diarization.channels import ChannelStatistics
from transcripts.engines.diarization.cluster import partitions
from transcripts.engines.diarization.evidence import Evidence, Index
from transcripts.engines.diarization.features import FRAME_SECONDS, Doubles
from transcripts.engines.diarization.gaussian import Prior
from transcripts.engines.diarization.resegment import readings
from transcripts.engines.diarization.stereo import turns_by_channel
from transcripts.engines.diarization.turns import Flags, flagged, normalised, runs
from transcripts.engines.transcription.activity import SpeechDetector

#: Changes with every change of results: it is kept on the transcript.
VERSION = "1"
MOST_SPEAKERS = 12

#: What a frame is described by.
COEFFICIENTS = 15
#: Of the speech frames, the quieter part says little about who speaks: this percentile of loudness is where they begin.
QUIET = 45
#: Neighbouring frames share most of their samples and their sound: so much of each counts as news.
NEWS = 0.1

#: See `Prior`: as if from so many frames, and how much narrower one speaker is than all together.
MEAN_FRAMES = 2.0
COVARIANCE_FRAMES = 30.0
NARROWNESS = 0.85

#: Seconds: the moments for which a speaker is found, the pieces from which guesses are made, a turn on average.
MOMENT = 0.25
PIECES = (1.0, 2.0, 4.0)
TURN = 15.0
#: A pause makes a change of speaker likelier, as if it had lasted so many times as long.
PAUSE = 5.0
#: A further speaker must raise the bound by so much: of what speaks for two when there is one, the bound is too sure.
SPEAKER = 6.0

#: Share of the work that is reading; the rest is learning.
READING = 0.5


class ClassicalDiarizer:
    """Option `max_speakers`: the most that are told apart."""

    name: ClassVar[str] = "builtin"
    needs_url: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._most = int(options.get("max_speakers") or MOST_SPEAKERS)

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model="gaussian-hmm", version=VERSION)

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("The built-in diarizer needs no model", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        """Turns in seconds of the file. Raises Never as `read_clip` does."""
        total = max(clip.end - clip.start, FRAME_SECONDS)
        if clip.channel is None and _has_speakers_on_channels(clip):
            return turns_by_channel(clip, progress=progress)
        bands, speech = _heard(clip, progress=lambda seconds: progress(READING * seconds, total))
        labels = speaker_frames(
            bands,
            speech,
            most=self._most,
            progress=lambda done: progress((READING + (1 - READING) * done) * total, total),
        )
        progress(total, total)
        return normalised(
            (clip.start + first * FRAME_SECONDS, min(clip.start + last * FRAME_SECONDS, clip.end), speaker)
            for first, last, speaker in runs(labels)
        )


def speaker_frames(
    bands: features.Floats, speech: Flags, *, most: int, progress: Callable[[float], None] = lambda done: None
) -> Index:
    """The number of the speaker of each frame, -1 where nobody speaks; `most` is the highest number of speakers."""
    labels = np.full(len(speech), -1)
    spans = _spans(speech, seconds=MOMENT)
    if not spans:
        return labels
    moments = _evidence(bands, speech, spans)
    prior = Prior(
        moments, mean_frames=MEAN_FRAMES, covariance_frames=COVARIANCE_FRAMES, narrowness=NARROWNESS
    )
    found = readings(
        moments,
        guesses=_guesses(moments, spans, speech, prior=prior, most=most),
        prior=prior,
        changes=_changes(spans),
        progress=progress,
    )
    best = max(found, key=lambda reading: reading.bound - SPEAKER * reading.speakers)
    for (first, last), speaker in zip(spans, best.shares.argmax(axis=1), strict=True):
        labels[first:last] = speaker
    return labels


def _has_speakers_on_channels(clip: Clip) -> bool:
    try:
        with wave.open(clip.path, "rb") as file:
            if file.getnchannels() != 2:
                return False
    except (OSError, EOFError, wave.Error) as error:
        raise Never(f"The engine audio {clip.path} cannot be read: {error}.") from error
    statistics = ChannelStatistics()
    from dataclasses import replace

    left, right = (features.read_blocks(replace(clip, channel=channel)) for channel in (0, 1))
    for (one, _), (other, _) in zip(left, right, strict=True):
        statistics.feed(np.stack([one, other], axis=1))
    return statistics.separate()


def _heard(clip: Clip, *, progress: Callable[[float], None]) -> tuple[features.Floats, Flags]:
    listener, detector = features.MelBands(), SpeechDetector()
    for block, seconds in features.read_blocks(clip):
        listener.feed(block)
        detector.feed(block)
        progress(seconds)
    bands = listener.finish()
    return bands, voice.speech_frames(detector.finish(), frames=len(bands))


def _spans(speech: Flags, *, seconds: float) -> list[tuple[int, int]]:
    """Speech cut into spans of about so many seconds, none of them over a pause."""
    spans: list[tuple[int, int]] = []
    for first, last in flagged(speech):
        edges = np.linspace(first, last, 1 + max(1, round((last - first) * FRAME_SECONDS / seconds))).astype(int)
        spans += zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return spans


def _evidence(bands: features.Floats, speech: Flags, spans: Sequence[tuple[int, int]]) -> Evidence:
    used = features.lively(bands)
    loudness = features.loudness(used)
    counted = speech & (loudness >= np.percentile(loudness[speech], QUIET))
    return Evidence.of(features.cepstra(used, count=COEFFICIENTS), spans, counted=counted, weight=NEWS)


def _guesses(
    moments: Evidence, spans: Sequence[tuple[int, int]], speech: Flags, *, prior: Prior, most: int
) -> list[Index]:
    """Different ways to share out the moments among 1 to `most` speakers."""
    middles = np.array(spans).mean(axis=1)
    guesses: dict[bytes, Index] = {}
    for seconds in PIECES:
        ends = np.array(_spans(speech, seconds=seconds))[:, 1]
        owners = np.searchsorted(ends, middles, side="right")
        for labels in partitions(moments.grouped(owners), prior=prior, counts=range(1, most + 1)):
            guess = np.unique(labels[owners], return_inverse=True)[1]
            guesses[guess.tobytes()] = guess
    return list(guesses.values())


def _changes(spans: Sequence[tuple[int, int]]) -> Doubles:
    """The probability that the turn before has ended when each moment begins."""
    edges = np.array(spans) * FRAME_SECONDS
    pauses = np.concatenate([[0.0], edges[1:, 0] - edges[:-1, 1]])
    changes: Doubles = 1 - np.exp(-(edges[:, 1] - edges[:, 0] + PAUSE * pauses) / TURN)
    changes[0] = 1.0
    return changes
