from __future__ import annotations

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from tests.transcripts.pipeline.media import clicks, encoded, silence, tone, wav
from transcripts.pipeline.audio import MediaError, encode_playback, extract, probe


def nothing() -> None:
    pass


def ignored(done: float, total: float) -> None:
    pass


def played(data: bytes, target: Path) -> float:
    return encode_playback(io.BytesIO(data), target, checkpoint=nothing, progress=ignored)


def heard(data: bytes | Path, target: Path) -> np.ndarray:
    """The recording's samples at 16 kHz."""
    source = io.BytesIO(data) if isinstance(data, bytes) else str(data)
    extract(source, target, checkpoint=nothing, progress=ignored)
    with wave.open(str(target)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(np.float64)


def lag(one: np.ndarray, other: np.ndarray) -> int:
    """Samples by which `other` is late."""
    size = 2 * max(len(one), len(other))
    product = np.fft.irfft(np.conj(np.fft.rfft(one, size)) * np.fft.rfft(other, size))
    best = int(product.argmax())
    return best if best < size // 2 else best - size


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        *((rate, rate) for rate in (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)),
        (96_000, 48_000),
        (37_800, 32_000),
        (6000, 8000),
    ],
)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_rate_stays_where_mp3_has_it(rate: int, expected: int, channels: int, tmp_path: Path) -> None:
    data = wav(np.repeat(clicks(1.0, rate=rate, at=(0.3, 0.4, 0.8)), channels, axis=0), rate=rate)
    seconds = played(data, tmp_path / "a.mp3")
    info = probe(str(tmp_path / "a.mp3"))
    assert (info.codec, info.sample_rate, info.channels) == ("mp3", expected, channels)
    assert seconds == pytest.approx(1.0, abs=0.001)
    assert info.duration == pytest.approx(1.0, abs=0.001)
    assert abs(lag(heard(data, tmp_path / "a.wav"), heard(tmp_path / "a.mp3", tmp_path / "b.wav"))) <= 8


@pytest.mark.parametrize(
    "data",
    [
        encoded(clicks(3.0, rate=48_000, at=(0.5, 2.5)), "webm", "libopus", live=True),
        encoded(clicks(3.0, rate=48_000, at=(0.5, 2.5)), "webm", "libopus", gap_at=1.0, gap=2.0),
        encoded(clicks(3.0, rate=48_000, at=(0.5, 2.5)), "mp4", "aac", video=True, starts_at=0.7),
        encoded(clicks(3.0, rate=44_100, at=(0.5, 2.5)), "mp3", "libmp3lame", rate=44_100),
    ],
    ids=["webm", "gap", "late", "mp3"],
)
def test_what_is_played_and_what_engines_hear_share_their_times(data: bytes, tmp_path: Path) -> None:
    seconds = played(data, tmp_path / "a.mp3")
    engine, player = heard(data, tmp_path / "a.wav"), heard(tmp_path / "a.mp3", tmp_path / "b.wav")
    assert abs(lag(engine, player)) <= 8
    assert len(player) == pytest.approx(len(engine), abs=16)
    assert seconds == pytest.approx(len(engine) / 16_000, abs=0.001)


def test_a_player_finds_length_and_middle_from_the_header(tmp_path: Path) -> None:
    played(wav(clicks(20.0, rate=16_000, at=(12.0,))), tmp_path / "a.mp3")
    with av.open(str(tmp_path / "a.mp3")) as container:
        assert container.duration / av.time_base == pytest.approx(20.0, abs=0.001)
        container.seek(round(11.5 * av.time_base))
        frame = next(container.decode(audio=0))
        assert frame.time == pytest.approx(11.5, abs=0.1)
    data = (tmp_path / "a.mp3").read_bytes()
    assert b"Info" in data[:64]
    assert int.from_bytes(data[data.index(b"Info") + 12 : data.index(b"Info") + 16], "big") == len(data)


def test_two_channels_without_names_stay_two(tmp_path: Path) -> None:
    played(wav(np.vstack([tone(1.0), silence(1.0)])), tmp_path / "a.mp3")
    with av.open(str(tmp_path / "a.mp3")) as container:
        left, right = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.abs(left).max() > 0.4
    assert np.abs(right).max() < 0.01


def test_many_channels_become_one(tmp_path: Path) -> None:
    played(wav(np.repeat(tone(0.5), 8, axis=0)), tmp_path / "a.mp3")
    assert probe(str(tmp_path / "a.mp3")).channels == 1


def test_an_mp3_of_constant_rate_is_copied(tmp_path: Path) -> None:
    data = encoded(tone(3.0, rate=44_100), "mp3", "libmp3lame", rate=44_100)
    played(data, tmp_path / "a.mp3")
    made = (tmp_path / "a.mp3").read_bytes()
    assert made[-5000:] == data[-5000:]
    assert b"ID3" not in made[:10]


def test_tags_around_a_copied_mp3_stay_behind(tmp_path: Path) -> None:
    data = encoded(tone(3.0, rate=44_100), "mp3", "libmp3lame", rate=44_100)
    played(data + b"TAG" + b"secret title".ljust(125, b"\0"), tmp_path / "a.mp3")
    assert b"secret" not in (tmp_path / "a.mp3").read_bytes()
    assert probe(str(tmp_path / "a.mp3")).duration == pytest.approx(3.0, abs=0.001)


@pytest.mark.parametrize(
    "data",
    [
        encoded(tone(2.0, rate=44_100), "mp3", "libmp3lame", rate=44_100)
        + encoded(tone(2.0, rate=48_000), "mp3", "libmp3lame"),
        encoded(clicks(4.0, rate=44_100, at=(1.0, 2.0)), "mp3", "libmp3lame", rate=44_100, quality=4),
        encoded(tone(4.0, rate=44_100), "mp3", "libmp3lame", rate=44_100, kbits=256),
    ],
    ids=["two streams", "variable", "high"],
)
def test_any_other_mp3_is_encoded_at_a_constant_rate(data: bytes, tmp_path: Path) -> None:
    seconds = played(data, tmp_path / "a.mp3")
    size = (tmp_path / "a.mp3").stat().st_size
    assert seconds == pytest.approx(4.0, abs=0.1)
    assert size == pytest.approx(seconds * 8000, rel=0.03)


def test_three_milliseconds_can_be_played(tmp_path: Path) -> None:
    assert played(wav(tone(0.003)), tmp_path / "a.mp3") == pytest.approx(0.003)
    assert probe(str(tmp_path / "a.mp3")).duration == pytest.approx(0.003, abs=0.001)


def test_an_error_or_a_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(MediaError):
        played(b"text" * 1000, tmp_path / "a.mp3")
    with pytest.raises(KeyboardInterrupt):
        encode_playback(io.BytesIO(wav(tone(1.0))), tmp_path / "a.mp3", checkpoint=stop, progress=ignored)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "data", [wav(tone(5.0)), encoded(tone(5.0), "mp3", "libmp3lame", rate=16_000)], ids=["wav", "copy"]
)
def test_progress_ends_whole(data: bytes, tmp_path: Path) -> None:
    seen: list[tuple[float, float]] = []
    encode_playback(io.BytesIO(data), tmp_path / "a.mp3", checkpoint=nothing, progress=lambda *step: seen.append(step))
    assert all(0 <= done <= total for done, total in seen)
    assert seen[-1] == (pytest.approx(5.0, abs=0.001), pytest.approx(5.0, abs=0.001))
