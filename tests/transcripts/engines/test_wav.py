import io
import wave
from pathlib import Path

import numpy as np
import pytest

from transcripts.engines.base import Clip, Never
from transcripts.engines.wav import RATE, as_floats, as_wav, quiet_cuts, read_clip


@pytest.fixture
def stereo(tmp_path: Path) -> str:
    """Two seconds, 100 on the left and 300 on the right, and the other way round after one."""
    left = np.repeat([100, 300], RATE)
    frames = np.stack([left, 400 - left], axis=1).astype("<i2")
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
    return str(path)


def test_a_clip_is_the_piece_of_the_channel_it_names(stereo: str) -> None:
    left = read_clip(Clip(stereo, 0.5, 1.5, channel=0))
    assert len(left) == RATE
    assert set(left[: RATE // 2]) == {100}
    assert set(left[RATE // 2 :]) == {300}
    assert set(read_clip(Clip(stereo, 0.0, 1.0, channel=1))) == {300}


def test_without_a_channel_it_is_the_mean(stereo: str) -> None:
    assert set(read_clip(Clip(stereo, 0.0, 2.0))) == {200}


def test_an_end_beyond_the_file_is_cut_to_it(stereo: str) -> None:
    assert len(read_clip(Clip(stereo, 1.5, 9.0, channel=0))) == RATE // 2
    assert len(read_clip(Clip(stereo, 5.0, 9.0, channel=0))) == 0


def test_what_is_not_engine_audio_is_refused(tmp_path: Path, stereo: str) -> None:
    (tmp_path / "text.wav").write_text("not sound")
    (tmp_path / "empty.wav").touch()
    for name in ("text.wav", "empty.wav", "missing.wav"):
        with pytest.raises(Never, match="cannot be read"):
            read_clip(Clip(str(tmp_path / name), 0, 1))
    with pytest.raises(Never, match="no channel 2"):
        read_clip(Clip(stereo, 0, 1, channel=2))


def test_another_rate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    with pytest.raises(Never, match="8000 Hz"):
        read_clip(Clip(str(path), 0, 1))


def test_samples_as_a_file_and_back() -> None:
    samples = np.arange(-500, 500, dtype=np.int16)
    with wave.open(io.BytesIO(as_wav(samples))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE, 2)
        assert np.array_equal(np.frombuffer(file.readframes(1000), "<i2"), samples)


def test_floats_are_between_minus_one_and_one() -> None:
    assert as_floats(np.array([-32768, 0, 16384], np.int16)).tolist() == [-1.0, 0.0, 0.5]


def test_long_sound_is_cut_at_its_quietest() -> None:
    loud = np.resize(np.array([1000, -1000], np.int16), 10 * RATE)
    loud[7 * RATE : int(7.3 * RATE)] = 0
    first, second = quiet_cuts(loud, longest=8.0)
    assert 7.0 <= first[1] / RATE <= 7.3
    assert (first[0], second) == (0, (first[1], len(loud)))
    assert quiet_cuts(loud, longest=20.0) == [(0, len(loud))]
    assert quiet_cuts(loud[:0], longest=20.0) == []
