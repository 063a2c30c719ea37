import numpy as np
import pytest

from tests.transcripts.engines import sounds
from transcripts.engines.transcription.activity import SpeechDetector
from transcripts.engines.wav import RATE, Samples


def detect(samples: Samples, block: int = 16_000) -> list[tuple[float, float]]:
    detector = SpeechDetector()
    for first in range(0, len(samples), block):
        detector.feed(samples[first : first + block])
    return detector.finish()


def flags(spans: list[tuple[float, float]], seconds: float, margin: float = 0.0) -> np.ndarray:
    time = np.arange(0, seconds, 0.01)
    return np.any([(time >= start - margin) & (time < end + margin) for start, end in spans], axis=0)


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param(sounds.silence(20), id="silence"),
        pytest.param(sounds.noise(20, 0.02), id="faint noise"),
        pytest.param(sounds.noise(20, 0.3), id="loud noise"),
        pytest.param(sounds.hum(20), id="hum"),
        pytest.param(sounds.sine(20), id="tone"),
        pytest.param(sounds.dial_tone(20), id="dial tone"),
        pytest.param(sounds.chords(20, beat=1.0, decay=None), id="organ"),
        pytest.param(sounds.chords(20, beat=0.4, decay=None), id="fast organ"),
        pytest.param(sounds.chords(20, beat=0.5, decay=0.3), id="piano"),
        pytest.param(sounds.keyboard(20), id="keyboard"),
    ],
)
def test_what_nobody_says_is_not_speech(samples: Samples) -> None:
    assert detect(samples) == []


def test_speech_is_found_and_the_pauses_between_turns_are_not() -> None:
    seconds = 60.0
    found, true = detect(sounds.excerpt(0, seconds)), sounds.turns()
    heard, spoken = flags(found, seconds), flags(true, seconds)
    assert (spoken & ~flags(found, seconds, margin=0.4)).sum() / spoken.sum() < 0.02
    assert (heard & ~spoken).sum() / (~spoken).sum() < 0.25


@pytest.mark.parametrize("level", [10, 5])
def test_speech_is_found_in_noise(level: float) -> None:
    speech = sounds.excerpt(0, 30).astype(float)
    noise = sounds.noise(30, 0.3).astype(float)
    noise *= np.sqrt((speech**2).mean() / (noise**2).mean()) / 10 ** (level / 20)
    found = detect((speech + noise).clip(-32768, 32767).astype(np.int16))
    spoken = flags(sounds.turns(), 30)
    assert (spoken & ~flags(found, 30, margin=0.4)).sum() / spoken.sum() < 0.25


def test_one_word_in_a_long_silence_is_found() -> None:
    word = sounds.excerpt(1.0, 1.5)
    found = detect(np.concatenate([sounds.silence(5), word, sounds.silence(5)]))
    assert len(found) == 1
    assert 4.8 < found[0][0] < found[0][1] < 5.7


def test_speech_after_music_is_found_and_the_music_is_not() -> None:
    music = sounds.chords(20, beat=0.5, decay=0.3)
    found = detect(np.concatenate([music, sounds.excerpt(0, 20), music]))
    assert sum(end - start for start, end in found if end <= 18 or start >= 42) == 0
    assert sum(end - start for start, end in found) > 15


def test_the_size_of_the_blocks_makes_no_difference() -> None:
    samples = sounds.excerpt(0, 25)
    assert detect(samples, 1_000) == detect(samples, 77_777) == detect(samples, len(samples))


def test_spans_are_in_order_apart_and_inside() -> None:
    samples = sounds.meeting()
    found = detect(samples)
    edges = [time for span in found for time in span]
    assert edges == sorted(edges)
    assert edges[-1] <= len(samples) / RATE


@pytest.mark.parametrize("samples", [sounds.silence(0), sounds.silence(0.01), sounds.silence(0.5)])
def test_next_to_nothing_is_no_speech(samples: Samples) -> None:
    assert detect(samples) == []


def test_dips_are_the_quiet_moments_of_each_second() -> None:
    detector = SpeechDetector()
    samples = sounds.excerpt(1, 9)
    samples = np.concatenate([samples[: 4 * RATE], sounds.silence(0.2), samples[4 * RATE :]])
    detector.feed(samples)
    detector.finish()
    quietest = min(detector.dips, key=lambda dip: dip[1])
    assert 4.0 <= quietest[0] <= 4.2
    assert len(detector.dips) == 9
