from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from tests.transcripts.pipeline.media import encoded, picture_only, silence, tone, wav
from transcripts.pipeline.audio import MediaError, probe

MONO = tone(0.5, rate=48_000)
STEREO = np.vstack([MONO, tone(0.5, rate=48_000, hertz=300.0)])


@pytest.mark.parametrize(
    ("data", "codec", "extension", "mime"),
    [
        (wav(tone(0.5)), "pcm_s16le", "wav", "audio/wav"),
        (wav(tone(0.5), width=1), "pcm_u8", "wav", "audio/wav"),
        (wav(tone(0.5), width=3), "pcm_s24le", "wav", "audio/wav"),
        (encoded(MONO, "mp3", "libmp3lame"), "mp3", "mp3", "audio/mpeg"),
        (encoded(MONO, "flac", "flac"), "flac", "flac", "audio/flac"),
        (encoded(MONO, "ogg", "flac"), "flac", "ogg", "audio/ogg"),
        (encoded(MONO, "ogg", "libopus"), "opus", "opus", "audio/ogg"),
        (encoded(MONO, "webm", "libopus"), "opus", "webm", "audio/webm"),
        (encoded(MONO, "matroska", "flac"), "flac", "mka", "audio/x-matroska"),
        (encoded(MONO, "ipod", "aac"), "aac", "m4a", "audio/mp4"),
        (encoded(MONO, "mp4", "aac"), "aac", "m4a", "audio/mp4"),
        (encoded(MONO, "3gp", "aac"), "aac", "3gp", "audio/3gpp"),
        (encoded(MONO, "adts", "aac"), "aac", "aac", "audio/aac"),
        (encoded(MONO, "aiff", "pcm_s16be"), "pcm_s16be", "aiff", "audio/aiff"),
        (encoded(MONO, "asf", "wmav2"), "wmav2", "wma", "audio/x-ms-wma"),
        (encoded(tone(0.5, rate=8000), "amr", "libopencore_amrnb", rate=8000), "amr_nb", "amr", "audio/amr"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sound_is_named_by_its_content(data: bytes, codec: str, extension: str, mime: str) -> None:
    info = probe(io.BytesIO(data))
    assert (info.codec, info.extension, info.mime, info.has_video) == (codec, extension, mime, False)
    assert info.channels == 1


@pytest.mark.parametrize(
    ("container", "codec", "extension", "mime"),
    [
        ("mp4", "aac", "mp4", "video/mp4"),
        ("mov", "aac", "mov", "video/quicktime"),
        ("webm", "libopus", "webm", "video/webm"),
        ("matroska", "aac", "mkv", "video/x-matroska"),
        ("mpegts", "aac", "ts", "video/mp2t"),
        ("avi", "libmp3lame", "avi", "video/x-msvideo"),
    ],
)
def test_film_is_named_by_its_content(container: str, codec: str, extension: str, mime: str) -> None:
    info = probe(io.BytesIO(encoded(STEREO, container, codec, video=True)))
    assert (info.extension, info.mime, info.has_video, info.channels) == (extension, mime, True, 2)
    assert info.sample_rate == 48_000


def test_the_name_of_the_file_counts_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "recording.mp3"
    path.write_bytes(wav(tone(0.5)))
    assert probe(str(path)).extension == "wav"
    with path.open("rb") as file:
        assert probe(file).extension == "wav"
        assert not file.closed


def test_cover_art_is_no_video() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde" + b"\0\0\0\0IEND\xaeB`\x82"
    body = b"\0image/png\0\3\0" + picture
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
    size = len(frame)
    tag = b"ID3\3\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + frame
    info = probe(io.BytesIO(tag + encoded(MONO, "mp3", "libmp3lame", options={"id3v2_version": "0"})))
    assert (info.extension, info.has_video) == ("mp3", False)


def test_duration_comes_from_the_header() -> None:
    assert probe(io.BytesIO(wav(tone(0.5)))).duration == pytest.approx(0.5)


def test_what_browsers_record_without_duration_gets_one() -> None:
    live = encoded(tone(3.0, rate=48_000), "webm", "libopus", live=True)
    assert probe(io.BytesIO(live)).duration == pytest.approx(3.0, abs=0.03)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "The file is empty."),
        (b"Dear all,\nthese are the minutes.\n" * 100, "not_media", "This is not an audio or video file"),
        (np.random.default_rng(1).bytes(100_000), "not_media", "This is not an audio or video file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 3000, "not_media", "This is not an audio or video file"),
        (picture_only("mp4"), "no_audio", "File has no audio stream"),
        (picture_only("webm"), "no_audio", "File has no audio stream"),
        (encoded(STEREO, "mp4", "aac", video=True)[:3000], "unreadable", "The file is cut short"),
        (wav(tone(0.5))[:30], "unreadable", "The file is cut short"),
        (encoded(MONO, "webm", "libopus")[:60], "unreadable", "The file is cut short"),
        (b"ID3\x03\0\0\0\0\0\x10" + b"text" * 1000, "unreadable", "The file is cut short"),
        (wav(np.repeat(tone(0.01), 70, axis=0)), "unsupported", "The file has more channels of sound than can be read"),
    ],
    ids=["empty", "text", "noise", "picture", "mp4", "webm", "cut mp4", "cut wav", "cut webm", "tag", "70 channels"],
)
def test_what_cannot_be_used_is_explained(data: bytes, code: str, words: str) -> None:
    with pytest.raises(MediaError) as caught:
        probe(io.BytesIO(data))
    assert caught.value.code == code
    assert str(caught.value).startswith(words)


def test_mp4_without_its_index_says_that_it_is_cut_short() -> None:
    data = encoded(STEREO, "mp4", "aac")
    with pytest.raises(MediaError, match="cut short: its index"):
        probe(io.BytesIO(data[: data.rindex(b"moov") - 4]))


@pytest.mark.parametrize("rate", [0, 1, 4_000_000_000])
def test_an_absurd_sample_rate_is_refused(rate: int) -> None:
    data = bytearray(wav(tone(0.1)))
    data[24:28] = rate.to_bytes(4, "little")
    with pytest.raises(MediaError) as caught:
        probe(io.BytesIO(bytes(data)))
    assert caught.value.code == "unreadable"


def test_an_absurd_duration_is_no_duration() -> None:
    data = bytearray(encoded(MONO, "flac", "flac"))
    at = data.index(b"fLaC") + 8 + 13  # STREAMINFO: 36 bits of samples
    data[at] |= 0x0F
    data[at + 1 : at + 5] = b"\xff\xff\xff\xff"
    duration = probe(io.BytesIO(bytes(data))).duration
    assert duration is None or duration < 30 * 24 * 3600


def test_silence_is_media_too() -> None:
    assert probe(io.BytesIO(wav(silence(0.2)))).sample_rate == 16_000
