import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate

from tests.transcripts.engines import sounds
from tests.transcripts.engines.diarization.voices import ANNA, MARK, OTTO, babble, conversation, samples
from tests.transcripts.engines.sounds import clip_of
from transcripts.engines import registry
from transcripts.engines.base import Clip, Never, SpeakerTurn
from transcripts.engines.diarization.classical import ClassicalDiarizer
from transcripts.engines.registry import EngineSpec
from transcripts.engines.wav import RATE, Samples

TWO = ((ANNA, 4), (MARK, 3), (ANNA, 2), (MARK, 5), (ANNA, 3))
THREE = ((ANNA, 4), (MARK, 3), (OTTO, 4), (ANNA, 2), (MARK, 5), (OTTO, 3), (MARK, 2), (ANNA, 3))


def diarize(sound: Samples, directory: Path, *, most: int = 12) -> list[SpeakerTurn]:
    return ClassicalDiarizer({"max_speakers": most}).diarize(clip_of(sound, directory), progress=lambda *_: None)


def speakers(turns: Sequence[SpeakerTurn]) -> int:
    return len({turn.speaker for turn in turns})


def error_rate(truth: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn]) -> float:
    return float(DiarizationErrorRate(collar=0.25)(annotation(truth), annotation(found)))


def annotation(turns: Sequence[SpeakerTurn]) -> Annotation:
    result = Annotation()
    for number, turn in enumerate(turns):
        result[Segment(turn.start, turn.end), number] = turn.speaker
    return result


@pytest.mark.filterwarnings("ignore:'uem' was approximated")
@pytest.mark.parametrize(("said", "people"), [(TWO, 2), (THREE, 3)])
def test_people_are_told_apart_and_counted(tmp_path: Path, said: tuple[tuple[object, float], ...], people: int) -> None:
    sound, truth = conversation(*said)
    found = diarize(sound, tmp_path)
    assert speakers(found) == people
    assert error_rate(truth, found) < 0.12


@pytest.mark.filterwarnings("ignore:'uem' was approximated")
def test_the_sample_meeting(tmp_path: Path) -> None:
    told = json.loads(sounds.SAMPLE.with_suffix(".json").read_text())["turns"]
    people = sorted({turn["speaker"] for turn in told})
    truth = [SpeakerTurn(turn["start"], turn["end"], people.index(turn["speaker"])) for turn in told]
    found = diarize(sounds.meeting(), tmp_path)
    assert speakers(found) == len(people)
    assert error_rate(truth, found) < 0.1


@pytest.mark.parametrize("voice", [ANNA, MARK, OTTO])
def test_one_voice_is_one_speaker(tmp_path: Path, voice: object) -> None:
    sound, _ = conversation((voice, 8), (voice, 5), (voice, 12))
    assert speakers(diarize(sound, tmp_path)) == 1


def test_people_are_the_same_in_every_stretch_of_a_long_recording(tmp_path: Path) -> None:
    sound, truth = conversation(*TWO * 10)
    found = diarize(sound, tmp_path)
    assert speakers(found) == 2
    middles = [(turn.start + turn.end) / 2 for turn in truth]
    at = [next(turn.speaker for turn in found if turn.start <= middle < turn.end) for middle in middles]
    assert at == [turn.speaker for turn in truth]


def test_turns_are_in_order_apart_and_numbered_by_first_appearance(tmp_path: Path) -> None:
    turns = diarize(conversation(*THREE)[0], tmp_path)
    assert all(one.end <= other.start for one, other in pairwise(turns))
    assert list(dict.fromkeys(turn.speaker for turn in turns)) == [0, 1, 2]


def test_no_more_speakers_than_wanted(tmp_path: Path) -> None:
    assert speakers(diarize(conversation(*THREE)[0], tmp_path, most=2)) == 2
    assert speakers(diarize(conversation(*TWO * 10)[0], tmp_path, most=1)) == 1


def test_the_same_recording_gives_the_same_turns(tmp_path: Path) -> None:
    sound, _ = conversation(*TWO)
    assert diarize(sound, tmp_path) == diarize(sound, tmp_path)


@pytest.mark.parametrize(
    "sound",
    [sounds.silence(5), sounds.silence(0.01), sounds.silence(0), sounds.noise(5), sounds.hum(5), sounds.sine(5)],
    ids=["silence", "ten milliseconds", "nothing", "noise", "hum", "tone"],
)
def test_nobody_speaks(tmp_path: Path, sound: Samples) -> None:
    assert diarize(sound, tmp_path) == []


def test_a_single_word_is_a_turn(tmp_path: Path) -> None:
    (turn,) = diarize(conversation((ANNA, 0.6))[0], tmp_path)
    assert turn.speaker == 0
    assert 0.2 <= turn.start < turn.end <= 1.2


def test_a_clip_from_the_middle_has_the_times_of_the_file(tmp_path: Path) -> None:
    sound, truth = conversation(*TWO)
    clip = replace(clip_of(sound, tmp_path), start=truth[1].start, end=truth[1].end)
    (turn,) = ClassicalDiarizer({}).diarize(clip, progress=lambda *_: None)
    assert turn.start == pytest.approx(truth[1].start, abs=0.2)
    assert turn.end <= clip.end


def test_progress_goes_up_to_the_end(tmp_path: Path) -> None:
    seen: list[tuple[float, float]] = []
    clip = clip_of(conversation(*TWO)[0], tmp_path)
    ClassicalDiarizer({}).diarize(clip, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert seen[-1] == (clip.end, clip.end)


def test_a_recording_that_is_not_there_is_never_going_to_work(tmp_path: Path) -> None:
    with pytest.raises(Never, match="cannot be read"):
        ClassicalDiarizer({}).diarize(Clip(str(tmp_path / "none.wav"), 0, 1), progress=lambda *_: None)


def test_it_is_the_engine_that_always_works() -> None:
    spec = EngineSpec("diarization", "builtin", {})
    assert registry.unavailable(spec) is None
    assert registry.load(spec).info().engine == "builtin"


def test_noise_between_words_stays_with_the_speaker(tmp_path: Path) -> None:
    sound = babble(ANNA, 6, seed=3)
    hiss = np.random.default_rng(5).normal(size=len(sound)) * 0.005
    assert speakers(diarize(samples(sound + hiss), tmp_path)) == 1
    assert len(sound) == 6 * RATE
