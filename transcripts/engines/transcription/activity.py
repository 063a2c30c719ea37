"""Where somebody speaks: voice activity found while the audio streams past, in about a second of CPU per hour.

Three questions, cheapest first. Does WebRTC's detector call the 30 ms frame voice, and is it louder than the noise
floor of its surroundings? Do enough of such frames come together? And, over about three seconds, does it behave like
speech? Steady tones, hum, noise, clicks and held chords do not, and WebRTC's detector takes most of them for voice:

- speech swings in loudness, by 3 dB (standard deviation) even in noise as loud as itself; steady noise, hum and an
  organ stay within 1.8 dB;
- its spectrum changes shape within 90 ms, by 2.5 dB per band and more; noise, clicks and beeps change by 2 dB;
- its pitch glides, so that few frames look like the one 60 ms before (at most 18% with a cosine above 0.97); notes of
  instruments are held, and a quarter or more of their frames do;
- its spectrum is peaked; hiss, keys and paper are flat.

The figures were measured on read, telephone and meeting-room speech against synthetic noise and music. All windows
around a second must break a rule before that second is refused: to lose speech is worse than to pass music, which the
review after the engine sees again. Singing, and music with speech over it, pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import webrtcvad
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from transcripts.engines.wav import RATE, Samples

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

FRAME_SECONDS = 0.03
FRAME = int(RATE * FRAME_SECONDS)
#: Frames are judged in beats of about a second and read in chunks of about ten.
BEAT = 34
CHUNK = 10 * BEAT

#: 0 lets most through, 3 least. Of meeting-room speech 1 loses 0.4%, 2 loses 4% and 3 loses 10%; the rules below take
#: out what 1 lets in.
VAD_MODE = 1
#: A frame counts only when it is this much (dB) above the noise floor, and above this level (dB of full scale).
ABOVE_FLOOR = 1.5
SILENCE = -75.0

#: Edges (Hz) of the ten bands in which the shape of the spectrum is followed.
BAND_EDGES = (100, 300, 500, 750, 1000, 1400, 1900, 2600, 3500, 5000, 7500)
FFT = 512

#: Spans closer together than this (seconds) are one; a span with less voice than `SHORTEST` is a cough or a click.
LONGEST_GAP = 0.35
SHORTEST = 0.15

#: The rules above, for windows of so many beats. Fewer voiced frames than `FEW` are nothing; held notes and hesitation
#: ("uhm") are told apart only with `ENOUGH` of them.
WINDOW = 3
FEW = 5
ENOUGH = 30
STEADY_DB = 1.8
UNCHANGING_DB = 2.2
HELD_COSINE = 0.97
HELD_SHARE = 0.25
FLAT = 0.3
FLAT_SHARE = 0.7


@dataclass(slots=True)
class _Beats:
    """What is kept for each second of audio: sums over its voiced frames."""

    rows: list[Floats] = field(default_factory=list)

    def refused(self) -> Flags:
        """For each beat, whether all windows around it are unlike speech."""
        beats = np.concatenate(self.rows).astype(np.float64)
        beats = np.pad(beats, ((0, max(0, WINDOW - len(beats))), (0, 0)))
        windows: NDArray[np.float64] = sliding_window_view(beats, WINDOW, axis=0).sum(axis=-1)
        bad = _unlike_speech(windows)
        # Only full windows count: a single second at the edge is too little to judge music by.
        around = sliding_window_view(np.pad(bad, WINDOW - 1, constant_values=True), WINDOW)
        return np.asarray(around.all(axis=-1))


class SpeechDetector:
    """Feed it mono 16 kHz samples in blocks of any size, then ask `finish()`. Memory: about 50 bytes per second fed."""

    def __init__(self) -> None:
        self._vad = webrtcvad.Vad(VAD_MODE)
        self._buffer = np.zeros(0, np.int16)
        self._frames = 0
        self._beats = _Beats()
        self._before = _Before()
        self._voiced: list[tuple[int, int]] = []  # runs of voiced frames, (first, last + 1)
        self._dips: list[tuple[float, float]] = []

    @property
    def dips(self) -> list[tuple[float, float]]:
        """The quietest moment of each second, (time, level in dB): where to cut when nobody pauses."""
        return self._dips

    def feed(self, block: Samples) -> None:
        self._buffer = np.concatenate([self._buffer, block])
        size = CHUNK * FRAME
        while len(self._buffer) >= size:
            self._read(self._buffer[:size])
            self._buffer = self._buffer[size:]

    def finish(self) -> list[tuple[float, float]]:
        """Speech as (start, end) in seconds, in order, apart from each other. Call it once, at the end."""
        rest = len(self._buffer) // FRAME * FRAME
        if rest:
            self._read(self._buffer[:rest])
        if not self._frames:
            return []
        refused = self._beats.refused()
        voiced = [part for run in self._voiced for part in _without(run, refused)]
        return [
            (first * FRAME_SECONDS, last * FRAME_SECONDS)
            for first, last, count in _joined(voiced)
            if count * FRAME_SECONDS >= SHORTEST
        ]

    def _read(self, samples: Samples) -> None:
        frames = samples.reshape(-1, FRAME)
        raw = samples.tobytes()
        voice = np.fromiter(
            (self._vad.is_speech(raw[at : at + 2 * FRAME], RATE) for at in range(0, len(raw), 2 * FRAME)), dtype=bool
        )
        measured = _Measures.of(frames)
        voice &= measured.level > max(SILENCE, self._before.floor(measured.level) + ABOVE_FLOOR)
        self._beats.rows.append(_per_beat(_columns(measured, voice, self._before)))
        self._note_dips(measured.level)
        self._note_runs(voice)
        self._before = self._before.after(measured, voice)
        self._frames += len(frames)

    def _note_dips(self, level: Floats) -> None:
        smooth = np.convolve(level, np.ones(3) / 3, mode="same")
        for first in range(0, len(smooth), BEAT):
            at = first + int(smooth[first : first + BEAT].argmin())
            self._dips.append(((self._frames + at + 0.5) * FRAME_SECONDS, float(smooth[at])))

    def _note_runs(self, voice: Flags) -> None:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], voice, [False]]).astype(np.int8)))
        for first, last in edges.reshape(-1, 2) + self._frames:
            if self._voiced and self._voiced[-1][1] == first:
                self._voiced[-1] = (self._voiced[-1][0], int(last))
            else:
                self._voiced.append((int(first), int(last)))


@dataclass(frozen=True, slots=True)
class _Measures:
    """One row per frame: level in dB, shape of the spectrum in dB per band, its fine lines (unit length), flatness."""

    level: Floats
    shape: Floats
    lines: Floats
    flatness: Floats

    @classmethod
    def of(cls, frames: Samples) -> _Measures:
        signal = frames.astype(np.float32) / np.float32(32768)
        power = np.abs(np.fft.rfft(signal * _HANN, FFT)) ** 2
        bands = 10 * np.log10(np.add.reduceat(power, _BAND_BINS, axis=1)[:, :-1] + 1e-7)
        lines = np.sqrt(power[:, _LINES])
        speech_band = power[:, _SPEECH_BAND] + 1e-9
        return cls(
            level=10 * np.log10(power[:, _SPEECH_BAND].sum(axis=1) / _FULL_SCALE + 1e-10),
            shape=bands - bands.mean(axis=1, keepdims=True),
            lines=lines / np.maximum(np.linalg.norm(lines, axis=1, keepdims=True), 1e-9),
            flatness=np.exp(np.log(speech_band).mean(axis=1)) / speech_band.mean(axis=1),
        )


_HANN = np.hanning(FRAME).astype(np.float32)
_BAND_BINS = [edge * FFT // RATE for edge in BAND_EDGES]
_LINES = slice(3, 130)  # 100 Hz to 4 kHz
_SPEECH_BAND = slice(3, 240)  # 100 Hz to 7.5 kHz: without the slow swing of rumble and wind
_FULL_SCALE = float((_HANN**2).sum()) * FFT / 2  # by Parseval: the power of a signal with a mean square of 1
_SHAPE_LAG = 3
_LINES_LAG = 2


@dataclass(frozen=True, slots=True)
class _Before:
    """The end of the chunk before, for what looks back over its edge."""

    level: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    shape: Floats = field(default_factory=lambda: np.zeros((_SHAPE_LAG, len(BAND_EDGES) - 1), np.float32))
    lines: Floats = field(default_factory=lambda: np.zeros((_LINES_LAG, 127), np.float32))
    voice: Flags = field(default_factory=lambda: np.zeros(_SHAPE_LAG, bool))

    def floor(self, level: Floats) -> float:
        """The level of the quietest twentieth of this chunk and the one before: stops and pauses within speech."""
        return float(np.percentile(np.concatenate([self.level, level]), 5))

    def after(self, measured: _Measures, voice: Flags) -> _Before:
        return _Before(
            level=measured.level,
            shape=np.concatenate([self.shape, measured.shape])[-_SHAPE_LAG:],
            lines=np.concatenate([self.lines, measured.lines])[-_LINES_LAG:],
            voice=np.concatenate([self.voice, voice])[-_SHAPE_LAG:],
        )


def _columns(measured: _Measures, voice: Flags, before: _Before) -> Floats:
    """Per frame: 1, level, level²; and, zero where nothing is voiced: 1, flat, pairs, change, pairs, held."""
    shape = np.concatenate([before.shape, measured.shape])
    lines = np.concatenate([before.lines, measured.lines])
    voices = np.concatenate([before.voice, voice])
    change = np.abs(shape[_SHAPE_LAG:] - shape[:-_SHAPE_LAG]).mean(axis=1)
    held = (lines[_LINES_LAG:] * lines[:-_LINES_LAG]).sum(axis=1) > HELD_COSINE
    shape_pair = voice & voices[:-_SHAPE_LAG]
    lines_pair = voice & voices[_SHAPE_LAG - _LINES_LAG : -_LINES_LAG]
    flat = measured.flatness > FLAT
    return np.stack(
        [
            np.ones_like(measured.level),
            measured.level,
            measured.level**2,
            voice,
            voice & flat,
            shape_pair,
            shape_pair * change,
            lines_pair,
            lines_pair & held,
        ],
        axis=1,
    ).astype(np.float32)


def _per_beat(columns: Floats) -> Floats:
    missing = -len(columns) % BEAT
    sums: Floats = np.pad(columns, ((0, missing), (0, 0))).reshape(-1, BEAT, columns.shape[1]).sum(axis=1)
    return sums


def _unlike_speech(sums: NDArray[np.float64]) -> Flags:
    frames, level, squares, voiced, flat, shape_pairs, change, line_pairs, held = sums.T
    frames = np.maximum(frames, 1)
    steady = np.sqrt(np.maximum(squares / frames - (level / frames) ** 2, 0)) < STEADY_DB
    unchanging = (change / np.maximum(shape_pairs, 1) < UNCHANGING_DB) & (shape_pairs >= FEW)
    holding = (held / np.maximum(line_pairs, 1) > HELD_SHARE) & (line_pairs >= ENOUGH)
    hissing = flat / np.maximum(voiced, 1) > FLAT_SHARE
    refused: Flags = (voiced < FEW) | steady | unchanging | holding | hissing
    return refused


def _without(run: tuple[int, int], refused: Flags) -> list[tuple[int, int]]:
    """The parts of a run of frames that lie in beats which were not refused."""
    first, last = run
    parts: list[tuple[int, int]] = []
    for beat in range(first // BEAT, (last - 1) // BEAT + 1):
        if refused[beat]:
            continue
        start, end = max(first, beat * BEAT), min(last, (beat + 1) * BEAT)
        if parts and parts[-1][1] == start:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    return parts


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Runs with short gaps between them as one, each as (first, last, voiced frames in it)."""
    joined: list[tuple[int, int, int]] = []
    for first, last in runs:
        if joined and (first - joined[-1][1]) * FRAME_SECONDS <= LONGEST_GAP:
            joined[-1] = (joined[-1][0], last, joined[-1][2] + last - first)
        else:
            joined.append((first, last, last - first))
    return joined
