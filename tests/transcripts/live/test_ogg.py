"""The Ogg file that packets are written into, read back by libav."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from transcripts.live import ogg

SERIAL = 0xDEADBEEF


def packets(seconds: float, *, frame_ms: int = 20, bit_rate: int = 32_000) -> list[bytes]:
    """A tone as Opus packets."""
    time = np.arange(int(48_000 * seconds)) / 48_000
    tone = (np.sin(2 * np.pi * 440 * time) * 8000).astype(np.int16)
    with av.open(io.BytesIO(), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono", options={"frame_duration": str(frame_ms)})
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 48_000
        return [bytes(packet) for packet in [*stream.encode(frame), *stream.encode(None)]]


def file_of(*pieces: list[bytes]) -> bytes:
    """Pieces written one after the other, as a recorder does, and another after it."""
    content, number, samples = ogg.head(SERIAL), ogg.HEAD_PAGES, 0
    for piece in pieces:
        pages = ogg.pages(piece, serial=SERIAL, number=number, samples=samples)
        content += b"".join(pages)
        number += len(pages)
        samples += sum(map(ogg.samples_in, piece))
    return content


def decoded(content: bytes) -> np.ndarray:
    with av.open(io.BytesIO(content)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(frames)


@pytest.mark.parametrize("frame_ms", [10, 20, 40, 60])
def test_the_length_of_a_packet_is_in_its_first_bytes(frame_ms: int) -> None:
    assert {ogg.samples_in(packet) for packet in packets(0.6, frame_ms=frame_ms)} == {48 * frame_ms}


@pytest.mark.parametrize("nothing", [b"", b"\x03", b"\x03\x00", b"\x1b\x3f"], ids=["empty", "cut", "none", "too long"])
def test_what_is_no_packet_has_no_length(nothing: bytes) -> None:
    assert ogg.samples_in(nothing) == 0


def test_pieces_make_one_file_that_is_decoded_whole() -> None:
    tone = packets(4)
    sound = decoded(file_of(tone[:37], tone[37:100], tone[100:]))
    whole = decoded(file_of(tone))
    assert len(sound) == sum(map(ogg.samples_in, tone))
    assert np.array_equal(sound, whole)


def test_silence_is_silent_and_takes_its_time() -> None:
    tone = packets(2)
    sound = decoded(file_of(tone[:50], [ogg.SILENCE] * 50, tone[50:100]))
    assert len(sound) == 150 * 960
    assert np.abs(sound[60 * 960 : 95 * 960]).max() < 0.001
    assert np.abs(sound[110 * 960 :]).max() > 0.1


def test_a_file_that_is_cut_anywhere_is_decoded_up_to_there() -> None:
    content = file_of(packets(4))
    assert 1.5 * 48_000 < len(decoded(content[: len(content) // 2])) < 2.5 * 48_000


def test_large_packets_are_spread_over_pages() -> None:
    """At 256 kbit/s a packet takes up to six of the 255 segments of a page."""
    loud = packets(2, bit_rate=256_000)
    pages = ogg.pages(loud, serial=SERIAL, number=2, samples=0)
    assert max(page[26] for page in pages) <= 255
    assert len(decoded(file_of(loud))) == sum(map(ogg.samples_in, loud))


def test_each_page_says_how_much_came_before_its_end() -> None:
    first, second = ogg.pages(packets(1.5)[:75], serial=SERIAL, number=7, samples=1000)
    assert [int.from_bytes(page[6:14], "little") for page in (first, second)] == [1000 + 48_000, 1000 + 72_000]
    assert [int.from_bytes(page[18:22], "little") for page in (first, second)] == [7, 8]
