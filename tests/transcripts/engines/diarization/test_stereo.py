import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import fftconvolve

from tests.transcripts.engines.diarization.voices import ANNA, MARK, Voice, babble, samples
from transcripts.engines.base import Clip, SpeakerTurn
from transcripts.engines.diarization.channels import ChannelStatistics, separate_channels
from transcripts.engines.diarization.classical import ClassicalDiarizer
from transcripts.engines.wav import RATE, Samples

ANNA_SAYS = [(0.5, 3.0), (6.0, 9.0)]
MARK_SAYS = [(3.2, 5.8), (8.0, 11.0)]  # from 8 to 9 both
LENGTH = 11.5


def line(voice: Voice, spans: Sequence[tuple[float, float]], length: float = LENGTH) -> np.ndarray:
    """One channel: the voice at these times (seconds), else nothing but a little noise."""
    random = np.random.default_rng(len(spans) + int(voice.pitch))
    sound = random.normal(size=int(length * RATE)) * 0.0003
    for number, (start, end) in enumerate(spans):
        said = babble(voice, end - start, seed=number)
        sound[int(start * RATE) : int(start * RATE) + len(said)] += said
    return sound


def stereo(left: np.ndarray, right: np.ndarray) -> Samples:
    return np.stack([samples(left), samples(right)], axis=1)


def call(*, leak: float = 0.0) -> Samples:
    """A call with a side on each channel; `leak` is the share of each that is heard on the other."""
    anna, mark = line(ANNA, ANNA_SAYS), line(MARK, MARK_SAYS)
    return stereo(anna + leak * mark, mark + leak * anna)


def room(seed: int) -> np.ndarray:
    """The way from a mouth to a microphone: a direct path and a tail of echoes."""
    random = np.random.default_rng(seed)
    tail = random.normal(size=RATE // 3) * np.exp(-np.arange(RATE // 3) / 1500) * 0.1
    tail[random.integers(20, 100)] = 1
    return tail


def clip_of(sound: Samples, directory: Path) -> Clip:
    path = directory / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(sound.tobytes())
    return Clip(str(path), 0.0, len(sound) / RATE)


def test_a_side_on_each_channel() -> None:
    assert separate_channels(call())


@pytest.mark.parametrize("leak", [0.05, 0.15])
def test_a_side_on_each_channel_with_cross_talk(leak: float) -> None:
    assert separate_channels(call(leak=leak))


def test_people_who_talk_over_each_other_all_the_time() -> None:
    pauses = [(start, start + length) for start, length in ((0.2, 2.0), (2.5, 1.0), (4.4, 2.6))]
    assert separate_channels(stereo(line(ANNA, pauses, 8), line(MARK, [(0.0, 1.2), (1.5, 3.9), (4.2, 7.6)], 8)))


def test_the_same_on_both_channels_is_a_mix() -> None:
    mix = line(ANNA, ANNA_SAYS) + line(MARK, MARK_SAYS)
    assert not separate_channels(stereo(mix, mix))
    assert not separate_channels(stereo(mix, 0.1 * mix))


def test_a_room_in_stereo_is_a_mix() -> None:
    people = [line(ANNA, ANNA_SAYS), line(MARK, MARK_SAYS)]
    sides = [sum(fftconvolve(who, room(2 * side + number)) for number, who in enumerate(people)) for side in (0, 1)]
    assert not separate_channels(stereo(sides[0], sides[1]))


def test_people_placed_left_and_right_in_a_mix_are_a_mix() -> None:
    anna, mark = line(ANNA, ANNA_SAYS), line(MARK, MARK_SAYS)
    assert not separate_channels(stereo(anna + 0.6 * mark, mark + 0.6 * anna))


def test_one_channel_without_a_speaker_is_no_second_speaker() -> None:
    anna = line(ANNA, ANNA_SAYS)
    hum = 0.05 * np.sin(2 * np.pi * 50 * np.arange(len(anna)) / RATE)
    assert not separate_channels(stereo(anna, np.zeros_like(anna)))
    assert not separate_channels(stereo(anna, hum))
    assert not separate_channels(stereo(anna, 0.003 * np.random.default_rng(0).normal(size=len(anna))))
    assert not separate_channels(stereo(0 * anna, 0 * anna))


def test_too_short_to_say() -> None:
    assert not separate_channels(call()[: RATE // 2])
    assert not separate_channels(call()[:0])


def test_blocks_of_any_size_give_the_same_answer() -> None:
    sound = call(leak=0.1)
    statistics = ChannelStatistics()
    for block in np.array_split(sound, [1, 5, 1000, 7777, 20_000, 20_001]):
        statistics.feed(block)
    assert statistics.separate() == separate_channels(sound)


@pytest.mark.parametrize("leak", [0.0, 0.1])
def test_turns_come_from_the_channels_and_may_overlap(tmp_path: Path, leak: float) -> None:
    turns = ClassicalDiarizer({}).diarize(clip_of(call(leak=leak), tmp_path), progress=lambda *_: None)
    expected = sorted(
        [(start, end, 0) for start, end in ANNA_SAYS] + [(start, end, 1) for start, end in MARK_SAYS],
        key=lambda t: t[0],
    )
    assert [turn.speaker for turn in turns] == [speaker for _, _, speaker in expected]
    for turn, (start, end, _) in zip(turns, expected, strict=True):
        assert turn.start == pytest.approx(start, abs=0.35)
        assert turn.end == pytest.approx(end, abs=0.35)


def test_the_speaker_on_the_right_channel_is_first_when_first_to_speak(tmp_path: Path) -> None:
    sound = call()[:, ::-1]
    turns = ClassicalDiarizer({}).diarize(clip_of(np.ascontiguousarray(sound), tmp_path), progress=lambda *_: None)
    assert turns[0].speaker == 0


def test_two_channels_of_one_room_are_mixed_and_told_apart_by_sound(tmp_path: Path) -> None:
    mix = line(ANNA, ANNA_SAYS) + line(MARK, [(3.2, 5.8), (9.2, 11.0)])
    turns = ClassicalDiarizer({}).diarize(clip_of(stereo(mix, 0.5 * mix), tmp_path), progress=lambda *_: None)
    assert {turn.speaker for turn in turns} == {0, 1}
    assert all(one.end <= other.start for one, other in pairwise(turns))


def test_one_channel_can_be_asked_for(tmp_path: Path) -> None:
    clip = clip_of(call(), tmp_path)
    turns = ClassicalDiarizer({}).diarize(Clip(clip.path, 0.0, clip.end, channel=1), progress=lambda *_: None)
    assert turns == [SpeakerTurn(turn.start, turn.end, 0) for turn in turns]
    assert turns[0].start == pytest.approx(MARK_SAYS[0][0], abs=0.35)
