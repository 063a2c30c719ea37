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
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiwer
import lameenc
import numpy as np
from numpy.typing import NDArray
from pocketsphinx import Decoder

from transcripts.pipeline.audio import extract

TARGET = Path(__file__).parent.parent / "static" / "sample"
RATE = 22_050  # espeak-ng's own
MP3_RATE, KBITS = 16_000, 32
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


VOICES = {
    "Anna": Voice("Anna", "en-us+f5", 50, 140),
    "Mark": Voice("Mark", "en-us+m6", 55, 140),
    "David": Voice("David", "en-us+m5", 25, 140),
}

TITLE = "Opening the new library website"
#: Who says what, in order; the speaker's name, then the words.
MEETING = """
Anna: Good morning everyone, and thank you for coming. Today we want to talk about the new website for the city library.
 The first question is when we can open it to the public.
Mark: I think we should open the new site at the beginning of March. The test with twenty people went very well, and
 most of them found the right book in less than one minute.
David: That is good news. But the old computer is still too slow. Last week the search was down for almost two hours,
 and many people called the office.
Anna: Then we need a new computer before we open. Mark, how much money do we have left this year?
Mark: We have about nine thousand dollars. A good machine will cost five thousand, so there is enough money.
Anna: All right. We decided to buy a new computer. Mark, please order the machine before Friday.
Mark: Yes, I will order the machine before Friday, and I will send the bill to the city.
David: I will write a letter to all members next week. It will explain how to use the new search, and who they can call
 when they need help.
Anna: Thank you, David. We agreed to open the new website on the first day of March. Let us meet again on Monday at ten
 in the morning. Have a good day.
"""


def script() -> list[tuple[Voice, str]]:
    lines = MEETING.strip().replace("\n ", " ").splitlines()
    return [(VOICES[name], text) for name, _, text in (line.partition(": ") for line in lines)]


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


def meeting() -> tuple[Sound, dict[str, Any]]:
    """The sound of the meeting and what is true about it."""
    pieces: list[Sound] = [np.zeros(round(LEAD_SECONDS * RATE))]
    turns: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    at = LEAD_SECONDS
    for voice, text in script():
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
    return sound, {"title": TITLE, "language": "en", "speakers": list(VOICES), "turns": turns, "words": words}


def mp3(sound: Sound) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(MP3_RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(KBITS)
    encoder.set_quality(2)
    data = encoder.encode(np.clip(sound, -32768, 32767).astype("<i2").tobytes())
    return bytes(data + encoder.flush())


def word_error_rates(path: Path, truth: dict[str, Any], scratch: Path) -> dict[str, float]:
    """What the built-in recogniser makes of the file, by speaker and in all."""
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
        with tempfile.TemporaryDirectory() as scratch:
            for speaker, rate in word_error_rates(TARGET / "meeting.mp3", truth, Path(scratch)).items():
                print(f"word error rate {speaker}: {rate:.2f}")


if __name__ == "__main__":
    main()
