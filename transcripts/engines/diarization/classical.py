"""The built-in diarizer: who spoke when, offline, on a CPU, without a trained model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from transcripts.engines.base import Clip, EngineInfo, Progress, SpeakerTurn
from transcripts.engines.diarization import features, voice
from transcripts.engines.diarization.bic import Statistics, ridge_of
from transcripts.engines.diarization.cluster import agglomerate
from transcripts.engines.diarization.turns import normalised, runs

VERSION = "1"
MOST_SPEAKERS = 12
PIECE_SECONDS = 1.0
PENALTY = 1.5
COEFFICIENTS = 19


class ClassicalDiarizer:
    name: ClassVar[str] = "builtin"
    needs_url: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._most = int(options.get("max_speakers") or MOST_SPEAKERS)

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        return None

    def info(self) -> EngineInfo:
        return EngineInfo(engine=self.name, model="bic-gmm", version=VERSION)

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        report("The built-in diarizer needs no model.", 1, 1)

    def diarize(self, clip: Clip, *, progress: Progress) -> list[SpeakerTurn]:
        total = max(clip.end - clip.start, 0.0)
        bands = features.mel_bands(clip, progress=lambda seconds: progress(0.5 * seconds, total))
        speech = voice.speech_frames(features.level(bands))
        labels = self._labels(bands, speech)
        progress(total, total)
        return normalised(
            (clip.start + first * features.FRAME_SECONDS, clip.start + last * features.FRAME_SECONDS, label)
            for first, last, label in runs(labels)
        )

    def _labels(self, bands: features.Floats, speech: voice.Flags) -> NDArray[np.intp]:
        labels = np.full(len(speech), -1)
        pieces = _pieces(speech)
        if not pieces:
            return labels
        statistics = Statistics.of(features.cepstra(bands, count=COEFFICIENTS), pieces)
        found = agglomerate(statistics, ridge=ridge_of(statistics), penalty=PENALTY, most=self._most)
        for piece, label in zip(pieces, found, strict=True):
            labels[piece] = label
        return labels


def _pieces(speech: voice.Flags) -> list[NDArray[np.intp]]:
    pieces: list[NDArray[np.intp]] = []
    for first, last, _ in runs(np.where(speech, 0, -1)):
        count = max(1, round((last - first) * features.FRAME_SECONDS / PIECE_SECONDS))
        pieces += np.array_split(np.arange(first, last), count)
    return pieces
