"""Make the sample meeting that ships with the project: static/sample/meeting.mp3 and meeting.json.

    python -m tests.make_sample [--check]

Three voices of espeak-ng read the meeting below, one turn after the other, in a room with a little noise. Needs
`espeak-ng` on PATH; the same version makes the same files. Voices, speeds and words are those that the built-in
recogniser understands best (`--check` prints its word error rate), and that differ most from each other to the ear.

meeting.json holds what is true: {title, language, speakers: [name], turns: [{speaker, start, end, text}],
words: [{speaker, start, end, text}]}, seconds from the start. Turns are exact; a word's place in its turn is found by
letting the voice read the turn up to it.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

import lameenc
import numpy as np
from numpy.typing import NDArray

from transcripts.pipeline.audio import extract

TARGET = Path(__file__).parent.parent / "static" / "sample"
RATE = 22_050  # espeak-ng's own
KBITS = 32
PAUSE_SECONDS = 0.6
LEAD_SECONDS = 0.5
NOISE = 12.0  # of 32768: a quiet room
LEVEL = 0.6

Sound = NDArray[np.float64]


@dataclass(frozen=True)
class Voice:
    name: str
    variant: str
    pitch: int
    speed: int  # words a minute


ANNA = Voice("Anna", "en-us+f5", 50, 145)
MARK = Voice("Mark", "en-us+m6", 40, 150)
DAVID = Voice("David", "en-us+m4", 55, 145)

TITLE = "Opening the new library website"
MEETING: list[tuple[Voice, str]] = [
    (ANNA, "Good morning everyone, and thank you for coming. Today we want to talk about the new website for the city "
           "library. The first question is when we can open it to the public."),
    (MARK, "I think we should open the new site at the beginning of March. The test with twenty people went very well, "
           "and most of them found the right book in less than one minute."),
    (DAVID, "That is good news. But the old computer is still too slow. Last week the search was down for almost two "
            "hours, and many people called the office."),
    (ANNA, "Then we need a new computer before we open. Mark, how much money do we have left this year?"),
    (MARK, "We have about nine thousand dollars. A good machine will cost five thousand, so there is enough money."),
    (ANNA, "All right. We decided to buy a new computer. Mark, please order the machine before Friday."),
    (MARK, "Yes, I will order the machine before Friday, and I will send the bill to the city."),
    (DAVID, "I will write a letter to all members next week. It will explain how to use the new search, and who they "
            "can call when they need help."),
    (ANNA, "Thank you, David. We agreed to open the new website on the first day of March. Let us meet again on Monday "
           "at ten in the morning. Have a good day."),
]  # fmt: skip


def spoken(voice: Voice, text: str) -> Sound:
    """The voice reading the text, without the silence around it."""
    command = ["espeak-ng", "-v", voice.variant, "-p", str(voice.pitch), "-s", str(voice.speed), "--stdout", text]
    with wave.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as wav:
        samples = np.frombuffer(wav.readframes(wav.getnframes()), dtype="<i2").astype(np.float64)
    loud = np.flatnonzero(np.abs(samples) > 200)
    return samples[loud[0] : loud[-1] + 1]


def word_times(voice: Voice, text: str, whole: Sound) -> list[tuple[str, float, float]]:
    """Each word with its start and end in seconds: readings up to the word, scaled to the length of the whole."""
    words = text.split()
    lengths = [0.0] + [len(spoken(voice, " ".join(words[: n + 1]))) / RATE for n in range(len(words))]
    scale = len(whole) / RATE / lengths[-1]
    ends = np.maximum.accumulate(np.array(lengths) * scale)
    return [(word, float(ends[n]), float(ends[n + 1])) for n, word in enumerate(words)]


def meeting() -> tuple[Sound, dict[str, object]]:
    """The sound of the meeting and what is true about it."""
    pieces: list[Sound] = [np.zeros(round(LEAD_SECONDS * RATE))]
    turns: list[dict[str, object]] = []
    words: list[dict[str, object]] = []
    at = LEAD_SECONDS
    for voice, text in MEETING:
        sound = spoken(voice, text)
        end = at + len(sound) / RATE
        turns.append({"speaker": voice.name, "start": round(at, 2), "end": round(end, 2), "text": text})
        words += [
            {"speaker": voice.name, "start": round(at + start, 2), "end": round(at + stop, 2), "text": word}
            for word, start, stop in word_times(voice, text, sound)
        ]
        pieces += [sound, np.zeros(round(PAUSE_SECONDS * RATE))]
        at = end + round(PAUSE_SECONDS * RATE) / RATE
    sound = np.concatenate(pieces) * LEVEL
    sound += np.random.default_rng(0).normal(0.0, NOISE, len(sound))
    truth = {"title": TITLE, "language": "en", "speakers": [v.name for v in (ANNA, MARK, DAVID)], "turns": turns, "words": words}
    return sound, truth


def mp3(sound: Sound) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(KBITS)
    encoder.set_quality(2)
    data = encoder.encode(np.clip(sound, -32768, 32767).astype("<i2").tobytes())
    return bytes(data + encoder.flush())


def word_error_rates(path: Path, truth: dict[str, object], scratch: Path) -> dict[str, float]:
    """What the built-in recogniser makes of the file, by speaker and in all."""
    import jiwer
    from pocketsphinx import Decoder

    wav_path = scratch / "sample.wav"
    extract(str(path), wav_path, checkpoint=lambda: None, progress=lambda done, total: None)
    with wave.open(str(wav_path)) as wav:
        data = wav.readframes(wav.getnframes())
    decoder = Decoder(samprate=16000, loglevel="FATAL")
    pairs: dict[str, tuple[list[str], list[str]]] = {}
    for turn in truth["turns"]:
        piece = data[round((turn["start"] - 0.2) * 16000) * 2 : round((turn["end"] + 0.2) * 16000) * 2]
        decoder.start_utt()
        decoder.process_raw(piece, full_utt=True)
        decoder.end_utt()
        heard = decoder.hyp().hypstr if decoder.hyp() else ""
        print(f"{turn['speaker']:>6}: {heard}")
        for key in (turn["speaker"], "all"):
            said, got = pairs.setdefault(key, ([], []))
            said.append("".join(c for c in turn["text"].lower() if c.isalpha() or c in " '"))
            got.append(heard)
    return {key: jiwer.wer(said, got) for key, (said, got) in pairs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="print the built-in recogniser's word error rate")
    options = parser.parse_args()
    sound, truth = meeting()
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "meeting.mp3").write_bytes(mp3(sound))
    (TARGET / "meeting.json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(sound) / RATE:.1f} s, {(TARGET / 'meeting.mp3').stat().st_size / 1000:.0f} kB")
    if options.check:
        import tempfile

        with tempfile.TemporaryDirectory() as scratch:
            for speaker, rate in word_error_rates(TARGET / "meeting.mp3", truth, Path(scratch)).items():
                print(f"word error rate {speaker}: {rate:.2f}")


if __name__ == "__main__":
    sys.exit(main())
