"""The few bytes of the mp3 format that encoders leave to others: frame headers and the Info frame.

Sources: ISO/IEC 11172-3 2.4.1.3 and 13818-3 for frame headers; the Xing/Info and LAME tags are described in "Mp3 Info
Tag revision 1" (gabriel.mp3-tech.org/mp3infotag.html).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Self

_KBITS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44100, 48000, 32000)
_MONO = 0b11
#: Samples by which every decoder is late, on top of the encoder's delay.
DECODER_DELAY = 529


@dataclass(frozen=True, slots=True)
class Header:
    """The first four bytes of a layer III frame."""

    version: int  # 1, 2, or 4 for the "2.5" of lower rates: what divides the sample rate
    kbits: int
    rate: int
    mode: int
    padded: bool
    raw: bytes

    @classmethod
    def read(cls, data: bytes | bytearray) -> Self | None:
        """None for anything that is not a layer III frame of a stated bit rate."""
        raw = bytes(data[:4])
        if len(raw) < 4 or raw[0] != 0xFF or raw[1] & 0xE6 != 0xE2:
            return None
        version = {0b11: 1, 0b10: 2, 0b00: 4}.get(raw[1] >> 3 & 0b11)
        bits, rate = raw[2] >> 4, raw[2] >> 2 & 0b11
        if version is None or not 0 < bits < 15 or rate > 2:
            return None
        kbits = (_KBITS_1 if version == 1 else _KBITS_2)[bits - 1]
        return cls(version, kbits, _RATES[rate] // version, raw[3] >> 6, bool(raw[2] & 0b10), raw)

    @property
    def channels(self) -> int:
        return 1 if self.mode == _MONO else 2

    @property
    def samples(self) -> int:
        return 1152 if self.version == 1 else 576

    @property
    def size(self) -> int:
        """Bytes of the whole frame."""
        return int(self.mean_size) + self.padded

    @property
    def mean_size(self) -> float:
        """Bytes of a frame when padded and unpadded ones alternate so that the bit rate is exact."""
        return self.samples * 125 * self.kbits / self.rate

    def same_stream(self, other: Header) -> bool:
        """Whether a player may take both for parts of one stream of constant bit rate."""
        mine = (self.version, self.kbits, self.rate, self.channels)
        return mine == (other.version, other.kbits, other.rate, other.channels)


def info_frame(first: Header, *, frames: int, size: int, delay: int | None, padding: int) -> bytes:
    """The frame in front of a stream of constant bit rate that tells players its length and where sound begins.

    `first` is the header of the stream's first frame; `frames` and `size` (bytes) count the frames that follow;
    `delay` and `padding` are the samples to skip at both ends, None when nobody knows.
    """
    header = bytearray(first.raw)
    header[1] |= 0b1  # no checksum follows the header
    header[2] &= ~0b10  # and the frame is not padded
    side = {(1, 1): 17, (1, 2): 32, (2, 1): 9, (2, 2): 17}[min(first.version, 2), first.channels]
    length = first.size - first.padded
    contents = bytes(i * 256 // 100 for i in range(100))  # where each hundredth begins: with a constant rate, a line
    tag = b"Info" + struct.pack(">III", 0b1111, frames, size + length) + contents + bytes(4)
    if delay is not None:
        tag += b"LAME3.100" + b"\x01" + bytes(10) + bytes([min(first.kbits, 255)])
        tag += (delay << 12 | padding).to_bytes(3, "big")
    return (bytes(header) + bytes(side) + tag).ljust(length, b"\x00")
