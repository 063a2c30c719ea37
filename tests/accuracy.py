"""How often the engines err: `python -m tests.accuracy [--audio DIRECTORY] [--whisper-model DIRECTORY]`.

Speakers: for each recording with an RTTM beside it, the diarization error rate (pyannote.metrics, collar 0.25 s) of the
built-in diarizer, and of one speaker for everything, the figure to beat. Words: the word error rate (jiwer) of the
built-in recogniser, and of a faster-whisper model if one is given. Without `--audio` it takes `../shared/audio`, or
else the sample that ships with the project.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
import warnings
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer

from transcripts.engines.base import Clip, SpeakerTurn
from transcripts.engines.diarization.channels import ChannelStatistics
from transcripts.engines.process import EngineProcess
from transcripts.engines.registry import EngineSpec
from transcripts.pipeline.audio import extract

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared" / "audio"
SAMPLE = PROJECT / "static" / "sample"
COLLAR = 0.25  # seconds around each change of speaker that do not count

#: What was said in well-known clips that come without a text file; for two channels, left and right.
KNOWN = {
    "jfk.flac": [
        "And so my fellow Americans ask not what your country can do for you ask what you can do for your country"
    ],
    "stereo-two-channels.wav": [
        "He began a confused complaint against the wizard, who had vanished behind the curtain on the left.",
        "The horizon seems extremely distant.",
    ],
}


@dataclass(frozen=True)
class Truth:
    """A recording with what is known of it: `turns` or None, `texts` of each channel or none."""

    audio: Path
    turns: list[SpeakerTurn] | None
    texts: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__)
    parser.add_argument("--audio", type=Path, default=SHARED if SHARED.is_dir() else SAMPLE)
    parser.add_argument("--whisper-model", type=Path, help="directory of a faster-whisper model")
    asked = parser.parse_args()
    if not asked.audio.is_dir():
        parser.error(f"{asked.audio} is not a directory.")
    truths = list(known_truths(asked.audio))
    if not truths:
        parser.error(f"{asked.audio} holds no recording with an RTTM, a text, or a meeting.json beside it.")
    with tempfile.TemporaryDirectory() as directory:
        speakers(truths, Path(directory))
        engines = [EngineSpec("transcription", "pocketsphinx", {})]
        if asked.whisper_model:
            engines.append(EngineSpec("transcription", "whisper", {"model": str(asked.whisper_model)}))
        words(truths, engines, Path(directory))


# --- the truth


def known_truths(directory: Path) -> Iterator[Truth]:
    for audio in sorted(directory.iterdir()):
        if audio.suffix not in (".wav", ".flac", ".mp3", ".ogg", ".m4a", ".mp4", ".webm"):
            continue
        rttm, text, meeting = (audio.with_suffix(suffix) for suffix in (".rttm", ".txt", ".json"))
        turns = read_rttm(rttm) if rttm.exists() else None
        texts = [text.read_text()] if text.exists() else KNOWN.get(audio.name, [])
        if meeting.exists():
            turns, texts = read_meeting(meeting)
        if turns or texts:
            yield Truth(audio, turns, texts)


def read_rttm(path: Path) -> list[SpeakerTurn]:
    """The SPEAKER lines of NIST's Rich Transcription Time Marked format: start, duration (seconds), name."""
    lines = [line.split() for line in path.read_text().splitlines() if line.startswith("SPEAKER")]
    return _numbered([(float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in lines])


def read_meeting(path: Path) -> tuple[list[SpeakerTurn], list[str]]:
    turns = json.loads(path.read_text())["turns"]
    named = [(turn["start"], turn["end"], turn["speaker"]) for turn in turns]
    return _numbered(named), [" ".join(turn["text"] for turn in turns)]


def _numbered(turns: Sequence[tuple[float, float, str]]) -> list[SpeakerTurn]:
    names = list(dict.fromkeys(name for _, _, name in turns))
    return [SpeakerTurn(start, end, names.index(name)) for start, end, name in turns]


# --- speakers


def speakers(truths: Sequence[Truth], directory: Path) -> None:
    print(f"{'speakers':<28}{'error rate':>12}{'one speaker':>13}{'found':>8}{'true':>6}{'s per minute':>15}")
    for truth in truths:
        if not truth.turns:
            continue
        clip = engine_audio(truth.audio, directory)
        begun = time.monotonic()
        found = _call(EngineSpec("diarization", "builtin", {}), "diarize", clip=clip)
        took = (time.monotonic() - begun) / clip.end * 60
        single = [SpeakerTurn(0, clip.end, 0)]
        print(
            f"{truth.audio.name:<28}{error_rate(truth.turns, found):>12.3f}{error_rate(truth.turns, single):>13.3f}"
            f"{_count(found):>8}{_count(truth.turns):>6}{took:>15.2f}"
        )


def error_rate(truth: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn]) -> float:
    """Missed, false and confused speech as a share of all speech, overlap included."""
    from pyannote.metrics.diarization import DiarizationErrorRate  # noqa: PLC0415 -- takes seconds to import

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it guesses the evaluated extent, which is what we want
        return float(DiarizationErrorRate(collar=COLLAR)(_annotation(truth), _annotation(found)))


def _annotation(turns: Sequence[SpeakerTurn]) -> object:
    from pyannote.core import Annotation, Segment  # noqa: PLC0415 -- as above

    annotation = Annotation()
    for number, turn in enumerate(turns):
        annotation[Segment(turn.start, turn.end), number] = str(turn.speaker)
    return annotation


def _count(turns: Sequence[SpeakerTurn]) -> int:
    return len({turn.speaker for turn in turns})


# --- words


def words(truths: Sequence[Truth], engines: Sequence[EngineSpec], directory: Path) -> None:
    print(f"\n{'words':<42}{'engine':<16}{'error rate':>12}{'words':>8}")
    for truth in truths:
        clip = engine_audio(truth.audio, directory)
        for channel, text in enumerate(truth.texts):
            name = f"{truth.audio.name}, channel {channel}" if len(truth.texts) > 1 else truth.audio.name
            piece = Clip(clip.path, clip.start, clip.end, channel if len(truth.texts) > 1 else None)
            for spec in engines:
                heard = _call(spec, "transcribe", clip=piece, language="en")
                said = "".join(word.text for word in heard.words)
                rate = jiwer.wer(plain(text), plain(said) or "(nothing)")
                print(f"{name:<42}{spec.name:<16}{rate:>12.3f}{len(plain(text).split()):>8}")


def plain(text: str) -> str:
    """Lower case, no punctuation: what counts as the same word."""
    return " ".join(re.sub(r"[^\w' ]+", " ", text.lower()).split())


# --- shared


def engine_audio(audio: Path, directory: Path) -> Clip:
    """The recording as the pipeline gives it to engines."""
    target = directory / f"{audio.name}.wav"
    if not target.exists():
        extract(
            str(audio), target, checkpoint=lambda: None, progress=lambda done, total: None, channels=ChannelStatistics()
        )
    with wave.open(str(target)) as file:
        return Clip(str(target), 0, file.getnframes() / file.getframerate())


def _call(spec: EngineSpec, method: str, **arguments: object) -> Any:
    process = EngineProcess(spec)
    try:
        return process.call(method, checkpoint=lambda: None, **arguments)
    finally:
        process.kill()


if __name__ == "__main__":
    main()
