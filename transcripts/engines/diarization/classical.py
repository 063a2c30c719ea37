"""The built-in diarizer: who spoke when, offline, on a CPU, with no model but what it learns from the recording.

Three parts: where there is speech (voice.py), what it sounds like (features.py), whose it is (speakers.py). Where
people talk over each other, the one who is heard best has the turn. A recording with a speaker on each of two channels
needs only the first part: stereo.py.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, SpeakerTurn
from transcripts.engines.diarization.channels import ChannelStatistics
from transcripts.engines.diarization.features import FRAME_SECONDS, Bands, MelBands, read_blocks
from transcripts.engines.diarization.speakers import speaker_frames
from transcripts.engines.diarization.stereo import turns_by_channel
from transcripts.engines.diarization.turns import Flags, normalised, runs
from transcripts.engines.diarization.voice import speech_frames
from transcripts.engines.transcription.activity import SpeechDetector

#: Changes with every change of results: it is kept on the transcript.
VERSION = "1"
MOST_SPEAKERS = 12
#: Share of the work that is reading; the rest is telling speakers apart.
READING = 0.4


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
        return EngineInfo(engine=self.name, model="bayesian-gaussian-hmm", version=VERSION)

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("The built-in diarizer needs no model", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        """Turns in seconds of the file. Raises Never as `read_clip` does."""
        if clip.channel is None and _has_separate_channels(clip):
            return turns_by_channel(clip, progress=progress)
        total = max(clip.end - clip.start, FRAME_SECONDS)
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


def _has_separate_channels(clip: Clip) -> bool:
    try:
        with wave.open(clip.path, "rb") as file:
            if file.getnchannels() != 2:
                return False
    except (OSError, EOFError, wave.Error) as error:
        raise Never(f"The engine audio {clip.path} cannot be read: {error}.") from error
    statistics = ChannelStatistics()
    left, right = (read_blocks(replace(clip, channel=channel)) for channel in (0, 1))
    for (one, _), (other, _) in zip(left, right, strict=True):
        statistics.feed(np.stack([one, other], axis=1))
    return statistics.separate()


def _heard(clip: Clip, *, progress: Callable[[float], None]) -> tuple[Bands, Flags]:
    """The sound of each frame, and whether somebody speaks in it."""
    listener, detector = MelBands(), SpeechDetector()
    for block, seconds in read_blocks(clip):
        listener.feed(block)
        detector.feed(block)
        progress(seconds)
    bands = listener.finish()
    return bands, speech_frames(detector.finish(), frames=len(bands))
