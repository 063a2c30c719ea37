"""The draft engine: PocketSphinx with the US English model that comes in its wheel. Offline, small, often wrong.

An utterance that is not clear at once is decoded three times, with the frequency axis stretched a little to either
side, and the reading that the decoder itself finds most probable is kept: vocal tract length normalisation, as the
systems of the nineties had it, with the posterior as its judge. On 21 s of read and far-away speech that took the word
error rate from 0.27 to 0.20, and with synthetic voices from 0.62 to 0.50, for up to three times the work (0.5 of real
time on one core). Wider beams, language weight, noise removal and gain brought nothing; narrower beams, more errors.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from transcripts.engines.base import Clip, EngineInfo, Never, Progress, Transcription, Word
from transcripts.engines.transcription.gate import SpeechDetector, pieces
from transcripts.engines.wav import RATE, Samples, read_clip

if TYPE_CHECKING:
    from pocketsphinx import Decoder

#: Decoded at once, in seconds: with shorter ones the language model has too little to go by.
UTTERANCE_SECONDS = 15.0
#: By how much the frequency axis is stretched; 1 first, since that one suits most.
WARPS = (1.0, 0.9, 1.1)
FRAMES_PER_SECOND = 100
#: A reading with this mean log posterior per frame is taken without asking for another.
CERTAIN = -0.4
#: The smallest posterior that counts: below it there is only rounding.
LEAST_PROBABILITY = 1e-30


@dataclass(frozen=True, slots=True)
class _Heard:
    """One word of a reading; frames are counted from the start of the utterance, `last` is included."""

    word: str
    first: int
    last: int
    probability: float


class PocketSphinxTranscriber:
    """Option `grammar`: a JSGF file; only its sentences are recognised, exactly enough for scripted recordings."""

    name: ClassVar[str] = "pocketsphinx"
    needs_url: ClassVar[bool] = False
    shard_seconds: ClassVar[float] = 45.0

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._grammar: str = options.get("grammar") or ""
        self._decoder: Decoder | None = None

    @classmethod
    def unavailable(cls, options: Mapping[str, Any]) -> str | None:
        if find_spec("pocketsphinx") is None:
            return "The draft engine needs the package pocketsphinx: pip install pocketsphinx."
        grammar = options.get("grammar")
        if grammar and not Path(grammar).is_file():
            return f"The grammar {grammar} of the engine pocketsphinx is not a file."
        return None

    def info(self) -> EngineInfo:
        model = f"grammar {Path(self._grammar).name}" if self._grammar else "en-us"
        return EngineInfo(engine=self.name, model=model, version=version("pocketsphinx"), draft=True)

    def prepare(self, report: Callable[[str, float, float], None]) -> None:
        self._load()
        report("The draft engine is ready", 1, 1)

    def languages(self) -> frozenset[str] | None:
        return frozenset({"en"})

    def transcribe(self, clip: Clip, *, language: str | None, progress: Progress) -> Transcription:
        """English words whatever the `language`: it knows no other, and the result is labelled a draft."""
        decoder = self._load()
        samples = read_clip(clip)
        total = len(samples) / RATE
        words: list[Word] = []
        for start, end in _utterances(samples):
            utterance = samples[int(start * RATE) : int(end * RATE)]
            words += [_word(heard, clip.start + start, clip) for heard in self._best_reading(decoder, utterance)]
            progress(end, total)
        progress(total, total)
        return Transcription(words=words, language="en")

    def _load(self) -> Decoder:
        if self._decoder is None:
            self._decoder = _decoder(self._grammar)
        return self._decoder

    def _best_reading(self, decoder: Decoder, utterance: Samples) -> list[_Heard]:
        # A grammar leaves too little to choose from for the posterior to be a judge: one reading does.
        warps = WARPS[:1] if self._grammar else WARPS
        readings: list[list[_Heard]] = []
        for warp in warps:
            readings.append(_decode(decoder, utterance, warp))
            if _certainty(readings[-1]) >= CERTAIN:
                break
        return max(readings, key=_certainty)


def _utterances(samples: Samples) -> list[tuple[float, float]]:
    detector = SpeechDetector()
    detector.feed(samples)
    return pieces(detector.finish(), len(samples) / RATE, UTTERANCE_SECONDS, detector.dips)


def _decoder(grammar: str) -> Decoder:
    from pocketsphinx import Decoder  # noqa: PLC0415 -- an optional package, and slow to load

    settings: dict[str, Any] = {"loglevel": "FATAL", "warp_type": "inverse_linear", "warp_params": "1.0"}
    if grammar:
        settings |= {"jsgf": grammar, "lm": None}
    try:
        return Decoder(**settings)
    except (RuntimeError, ValueError) as error:
        raise Never(f"PocketSphinx cannot be set up: {error}. Check the grammar, if one is set.") from error


def _decode(decoder: Decoder, utterance: Samples, warp: float) -> list[_Heard]:
    # In the decoder's own configuration: one that is handed to `reinit_feat` is stored but not read.
    decoder.config["warp_params"] = str(warp)
    decoder.reinit_feat()
    decoder.start_utt()
    # The whole utterance at once, so that its mean is known before the first frame is judged.
    decoder.process_raw(utterance.tobytes(), full_utt=True)
    decoder.end_utt()
    if decoder.hyp() is None:
        return []
    return [
        _Heard(segment.word, segment.start_frame, segment.end_frame, min(1.0, segment.prob))
        for segment in decoder.seg()
        if not segment.word.startswith(("<", "[", "+"))  # silence and noise
    ]


def _certainty(reading: list[_Heard]) -> float:
    """Mean log posterior per frame of speech."""
    frames = sum(heard.last - heard.first + 1 for heard in reading)
    if not frames:
        return -math.inf
    return (
        sum(math.log(max(heard.probability, LEAST_PROBABILITY)) * (heard.last - heard.first + 1) for heard in reading)
        / frames
    )


def _word(heard: _Heard, offset: float, clip: Clip) -> Word:
    return Word(
        text=" " + _spelt(heard.word),
        start=round(min(offset + heard.first / FRAMES_PER_SECOND, clip.end), 3),
        end=round(min(offset + (heard.last + 1) / FRAMES_PER_SECOND, clip.end), 3),
        confidence=round(heard.probability, 3),
    )


def _spelt(word: str) -> str:
    """Without the number of the pronunciation, and with the one word that English always capitalises."""
    plain = re.sub(r"\(\d+\)$", "", word)
    return "I" + plain[1:] if plain == "i" or plain.startswith("i'") else plain
