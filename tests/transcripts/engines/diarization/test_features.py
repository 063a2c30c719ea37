from pathlib import Path

import numpy as np
import pytest

from tests.transcripts.engines.diarization.voices import ANNA, MARK, babble, samples
from tests.transcripts.engines.sounds import clip_of, sine
from transcripts.engines.diarization import features
from transcripts.engines.diarization.features import BANDS, MelBands, cepstra, lively, loudness, read_blocks
from transcripts.engines.wav import RATE, Samples


def bands_of(sound: Samples) -> features.Bands:
    bands = MelBands()
    bands.feed(sound)
    return bands.finish()


def test_a_frame_each_ten_milliseconds() -> None:
    assert bands_of(sine(1)).shape == (98, BANDS)
    assert bands_of(sine(0.02)).shape == (0, BANDS)


def test_a_tone_is_loudest_in_its_band() -> None:
    loudest = [int(bands_of(sine(0.5, hertz)).mean(axis=0).argmax()) for hertz in (150, 500, 1500, 4000, 7000)]
    assert loudest == sorted(set(loudest))


def test_blocks_of_any_size_give_the_same_bands() -> None:
    sound = samples(babble(ANNA, 2, seed=0))
    bands = MelBands()
    for block in np.array_split(sound, [3, 399, 400, 401, 9000]):
        bands.feed(block)
    assert np.abs(bands.finish().astype(float) - bands_of(sound)).max() < 0.02  # a step of half precision


def test_a_clip_is_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "BLOCK_SECONDS", 0.4)
    clip = clip_of(samples(babble(ANNA, 1, seed=0)), tmp_path)
    blocks = list(read_blocks(clip))
    assert [seconds for _, seconds in blocks] == pytest.approx([0.4, 0.8, 1.0])
    assert sum(len(block) for block, _ in blocks) == RATE


def test_bands_in_which_nothing_happens_are_left_out() -> None:
    bands = bands_of(samples(babble(ANNA, 2, seed=0))).copy()
    bands[:, 30:] = -20
    assert lively(bands).shape[1] <= 30
    assert lively(np.full((50, BANDS), -20, np.float16)).shape[1] == BANDS


def test_loudness_is_in_decibel() -> None:
    quiet, loud = (loudness(bands_of((sine(0.5) * gain).astype(np.int16))).mean() for gain in (0.1, 1.0))
    assert loud - quiet == pytest.approx(20, abs=0.5)


def test_cepstra_do_not_hear_loudness_but_voices() -> None:
    anna, mark = (samples(babble(voice, 4, seed=0)) for voice in (ANNA, MARK))
    first = cepstra(bands_of(anna), count=12).mean(axis=0)
    softer = cepstra(bands_of((anna * 0.5).astype(np.int16)), count=12).mean(axis=0)
    other = cepstra(bands_of(mark), count=12).mean(axis=0)
    assert np.linalg.norm(first - softer) < 0.2 * np.linalg.norm(first - other)
