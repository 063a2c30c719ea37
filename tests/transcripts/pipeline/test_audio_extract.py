from __future__ import annotations

import io
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.transcripts.pipeline.media import clicks, encoded, silence, tone, wav
from transcripts.engines.diarization.channels import ChannelStatistics
from transcripts.pipeline.audio import ENGINE_RATE, MediaError, extract
from transcripts.pipeline.audio.decode import Extracted

Samples = NDArray[np.int16]


class Stopped(Exception):
    pass


def nothing() -> None:
    pass


def extracted(
    data: bytes,
    target: Path,
    *,
    channels: ChannelStatistics | None = None,
    observe: Callable[[Samples], None] | None = None,
) -> tuple[Extracted, Samples]:
    """What extract says, and the samples in its file, shape (n, channels)."""
    found = extract(
        io.BytesIO(data),
        target,
        checkpoint=nothing,
        progress=lambda done, total: None,
        observers=[observe] if observe else [],
        channels=channels,
    )
    with wave.open(str(target)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (ENGINE_RATE, 2, found.channels)
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
    return found, samples.reshape(-1, found.channels)


def bursts(samples: Samples) -> list[float]:
    """Seconds at which something begins after silence."""
    loud = np.abs(samples[:, 0].astype(np.int32)) > 4000
    starts = np.flatnonzero(loud)
    return [round(float(s) / ENGINE_RATE, 2) for s in starts[np.diff(starts, prepend=-ENGINE_RATE) > ENGINE_RATE // 10]]


@pytest.mark.parametrize(
    "data",
    [
        wav(tone(1.0)),
        wav(tone(1.0), width=1),
        wav(tone(1.0), width=3),
        wav(np.repeat(tone(1.0), 6, axis=0)),
        wav(np.repeat(tone(1.0), 10, axis=0)),
        encoded(tone(1.0, rate=44_100), "mp3", "libmp3lame", rate=44_100),
        encoded(tone(1.0, rate=48_000), "webm", "libopus", live=True),
        encoded(tone(1.0, rate=48_000), "mp4", "aac", video=True),
        encoded(tone(1.0, rate=48_000), "ipod", "aac"),
        encoded(tone(1.0, rate=48_000), "ogg", "libopus"),
        encoded(tone(1.0, rate=48_000), "flac", "flac"),
        encoded(tone(1.0, rate=48_000), "mpegts", "aac"),
    ],
    ids=["wav", "8 bit", "24 bit", "5.1", "10 channels", "mp3", "webm", "mp4", "m4a", "ogg", "flac", "ts"],
)
def test_any_recording_becomes_16_khz(data: bytes, tmp_path: Path) -> None:
    found, samples = extracted(data, tmp_path / "a.wav")
    assert found.duration == pytest.approx(1.0, abs=0.03)
    assert len(samples) == pytest.approx(found.duration * ENGINE_RATE, abs=2)
    assert (found.channels, found.truncated, found.damaged) == (1, False, False)
    spectrum = np.abs(np.fft.rfft(samples[2000:14000, 0]))
    assert spectrum.argmax() * ENGINE_RATE / 12000 == pytest.approx(440, abs=2)
    assert len(found.peaks) == 255


def test_times_are_the_recording_s_own(tmp_path: Path) -> None:
    data = encoded(clicks(3.0, rate=48_000, at=(0.5, 1.5, 2.5)), "webm", "libopus")
    assert bursts(extracted(data, tmp_path / "a.wav")[1]) == pytest.approx([0.5, 1.5, 2.5], abs=0.02)


def test_a_stretch_that_is_missing_is_silent(tmp_path: Path) -> None:
    sound = clicks(3.0, rate=48_000, at=(0.5, 2.5))
    data = encoded(sound, "webm", "libopus", gap_at=1.5, gap=4.0)
    found, samples = extracted(data, tmp_path / "a.wav")
    assert found.duration == pytest.approx(7.0, abs=0.02)
    assert bursts(samples) == pytest.approx([0.5, 6.5], abs=0.02)


def test_silence_that_fills_a_gap_of_unsigned_samples_is_silent(tmp_path: Path) -> None:
    data = encoded(clicks(2.0, rate=16_000, at=(0.5, 1.5)), "matroska", "pcm_u8", rate=16_000, gap_at=1.0, gap=1.0)
    assert bursts(extracted(data, tmp_path / "a.wav")[1]) == pytest.approx([0.5, 2.5], abs=0.02)


def test_sound_that_starts_after_the_picture_starts_late(tmp_path: Path) -> None:
    data = encoded(clicks(2.0, rate=48_000, at=(1.0,)), "mp4", "aac", video=True, starts_at=0.7)
    assert bursts(extracted(data, tmp_path / "a.wav")[1]) == pytest.approx([1.7], abs=0.03)


def test_a_recording_whose_clock_does_not_start_at_zero_starts_at_zero(tmp_path: Path) -> None:
    data = encoded(clicks(2.0, rate=48_000, at=(1.0,)), "webm", "libopus", starts_at=500.0)
    assert bursts(extracted(data, tmp_path / "a.wav")[1]) == pytest.approx([1.0], abs=0.03)


def test_pieces_joined_without_care_follow_each_other(tmp_path: Path) -> None:
    piece = encoded(clicks(2.0, rate=48_000, at=(1.0,)), "webm", "libopus", live=True)
    found, samples = extracted(piece + piece, tmp_path / "a.wav")
    assert found.duration == pytest.approx(4.0, abs=0.05)
    assert bursts(samples) == pytest.approx([1.0, 3.0], abs=0.03)


def test_a_clock_that_jumps_a_day_ahead_makes_no_day_of_silence(tmp_path: Path) -> None:
    data = encoded(tone(2.0, rate=48_000), "webm", "libopus", gap_at=1.0, gap=86_400.0)
    assert extracted(data, tmp_path / "a.wav")[0].duration == pytest.approx(2.0, abs=0.05)


def test_a_stream_that_changes_its_rate_goes_on(tmp_path: Path) -> None:
    first = encoded(tone(1.0, rate=48_000), "mp3", "libmp3lame")
    second = encoded(tone(1.0, rate=32_000), "mp3", "libmp3lame", rate=32_000)
    found, samples = extracted(first + second, tmp_path / "a.wav")
    assert found.duration == pytest.approx(2.0, abs=0.1)
    assert len(samples) == pytest.approx(found.duration * ENGINE_RATE, abs=16)


def test_two_speakers_on_two_channels_stay_apart(tmp_path: Path) -> None:
    left = np.concatenate([tone(4.0), silence(4.0)], axis=1)
    right = np.concatenate([silence(4.0), tone(4.0, hertz=300.0)], axis=1)
    blocks: list[Samples] = []
    found, samples = extracted(
        wav(np.vstack([left, right])), tmp_path / "a.wav", channels=ChannelStatistics(), observe=blocks.append
    )
    assert found.channels == 2
    assert np.abs(samples[: 3 * ENGINE_RATE, 1]).max() == 0
    assert np.abs(samples[5 * ENGINE_RATE :, 0]).max() == 0
    mix = np.concatenate(blocks)
    assert mix.shape == (8 * ENGINE_RATE,)
    assert np.abs(mix[:ENGINE_RATE]).max() == pytest.approx(np.abs(samples[:ENGINE_RATE, 0]).max() / 2, abs=2)


def test_ordinary_stereo_becomes_one_channel(tmp_path: Path) -> None:
    both = np.repeat(np.concatenate([tone(5.0), silence(1.0), tone(70.0, hertz=300.0)], axis=1), 2, axis=0)
    found, samples = extracted(wav(both), tmp_path / "a.wav", channels=ChannelStatistics())
    assert found.channels == 1
    assert len(samples) == 76 * ENGINE_RATE
    assert (tmp_path / "a.wav").stat().st_size == 44 + 2 * 76 * ENGINE_RATE
    alone, expected = extracted(wav(both[:1]), tmp_path / "b.wav")
    assert alone.duration == found.duration
    assert np.abs(samples.astype(int) - expected).max() <= 2


def test_observers_hear_everything_once(tmp_path: Path) -> None:
    blocks: list[Samples] = []
    _, samples = extracted(wav(tone(5.3)), tmp_path / "a.wav", observe=blocks.append)
    assert all(block.dtype == np.int16 and block.ndim == 1 and len(block) <= 2 * ENGINE_RATE for block in blocks)
    assert np.array_equal(np.concatenate(blocks), samples[:, 0])


def test_three_milliseconds_are_a_recording(tmp_path: Path) -> None:
    found, samples = extracted(wav(tone(0.003)), tmp_path / "a.wav")
    assert (found.duration, len(samples), len(found.peaks)) == (0.003, 48, 255)


def test_silence_has_a_flat_waveform(tmp_path: Path) -> None:
    assert extracted(wav(silence(1.0)), tmp_path / "a.wav")[0].peaks == [0.0] * 255


@pytest.mark.parametrize(
    "data",
    [
        encoded(tone(4.0, rate=48_000), "webm", "libopus"),
        encoded(tone(4.0, rate=48_000), "flac", "flac"),
        encoded(tone(4.0, rate=48_000), "mp3", "libmp3lame"),
        encoded(tone(4.0, rate=48_000), "mp4", "aac", options={"moov_size": "8000"}),
    ],
    ids=["webm", "flac", "mp3", "mp4"],
)
def test_half_a_file_gives_its_half_and_says_so(data: bytes, tmp_path: Path) -> None:
    found, _ = extracted(data[: len(data) // 2], tmp_path / "a.wav")
    assert 0.5 < found.duration < 3.0
    assert found.truncated


def test_a_damaged_stretch_does_not_move_what_follows(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, (1, 4 * 48_000)).astype(np.float32)
    data = bytearray(encoded(clicks(4.0, rate=48_000, at=(0.5, 3.5)) + noise, "ipod", "aac"))
    middle = data.index(b"mdat") + (data.index(b"moov") - data.index(b"mdat")) // 2
    data[middle : middle + 3000] = b"\xff" * 3000
    found, samples = extracted(bytes(data), tmp_path / "a.wav")
    assert found.damaged
    starts = bursts(samples)
    assert (starts[0], starts[-1]) == pytest.approx((0.5, 3.5), abs=0.11)


@pytest.mark.parametrize("data", [wav(silence(0.0)), b"", b"text" * 500], ids=["no samples", "empty", "text"])
def test_without_sound_nothing_is_left_behind(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        extracted(data, tmp_path / "a.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_stop_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        extract(io.BytesIO(wav(tone(1.0))), tmp_path / "a.wav", checkpoint=stop, progress=lambda done, total: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("live", [True, False])
def test_progress_grows_and_ends_whole(live: bool, tmp_path: Path) -> None:
    data = encoded(tone(5.0, rate=48_000), "webm", "libopus", live=live)
    seen: list[tuple[float, float]] = []
    extract(io.BytesIO(data), tmp_path / "a.wav", checkpoint=nothing, progress=lambda *step: seen.append(step))
    assert all(0 <= done <= total for done, total in seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (pytest.approx(5.0, abs=0.01), pytest.approx(5.0, abs=0.01))


def test_more_than_a_wav_file_can_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transcripts.pipeline.audio.decode.LONGEST_SECONDS", 3600)
    data = encoded(tone(4.0, rate=48_000), "webm", "libopus", gap_at=1.0, gap=1800.0)
    extracted(data, tmp_path / "a.wav")
    monkeypatch.setattr("transcripts.pipeline.audio.decode.LONGEST_SECONDS", 1200)
    with pytest.raises(MediaError, match="longer than 0 hours") as caught:
        extracted(data, tmp_path / "a.wav")
    assert caught.value.code == "too_long"
    assert list(tmp_path.iterdir()) == []


def test_errors_of_the_storage_stay_themselves(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 300_000:
                raise ConnectionError("the storage is gone")
            return super().read(size)

    source = Broken(wav(tone(20.0)))
    with pytest.raises(ConnectionError, match="the storage is gone"):
        extract(source, tmp_path / "a.wav", checkpoint=nothing, progress=lambda done, total: None)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_an_error_of_the_disk(tmp_path: Path) -> None:
    target = tmp_path / "a.wav"
    target.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        extract(io.BytesIO(wav(tone(5.0))), target, checkpoint=nothing, progress=lambda done, total: None)
    assert list(tmp_path.iterdir()) == []


def test_a_stream_that_becomes_stereo_is_as_loud_as_before(tmp_path: Path) -> None:
    mono = encoded(tone(1.0, rate=48_000), "mp3", "libmp3lame")
    stereo = encoded(np.repeat(tone(1.0, rate=48_000), 2, axis=0), "mp3", "libmp3lame")
    for data in (mono + stereo, stereo + mono):
        _, samples = extracted(data, tmp_path / "a.wav", channels=ChannelStatistics())
        assert np.abs(samples[4000:12_000]).max() == pytest.approx(16_384, rel=0.05)
        assert np.abs(samples[20_000:28_000]).max() == pytest.approx(16_384, rel=0.05)
