"""Opus packets as pages of an Ogg file (RFC 3533, RFC 7845). Nothing is decoded, and pages can be added at any time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

RATE = 48_000  # Opus always counts so, whatever is inside
SILENCE = b"\xf8\xff\xfe"  # a packet of 20 ms in which nothing is heard
SILENCE_SAMPLES = 960

_FIRST = 2  # flag of the page that begins a stream
_MOST_PACKETS = 50  # a page: a second
_MOST_SEGMENTS = 255
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
#: Samples of one frame by the configuration in a packet's first byte: SILK, hybrid, CELT.
_FRAME = (*(480, 960, 1920, 2880) * 3, *(480, 960) * 2, *(120, 240, 480, 960) * 4)
_LONGEST = 5760  # 120 ms


def samples_in(packet: bytes) -> int:
    """How long an Opus packet lasts, from its first two bytes; 0 for what is no packet."""
    if not packet:
        return 0
    frame, code = _FRAME[packet[0] >> 3], packet[0] & 3
    counted = packet[1] & 63 if len(packet) > 1 else 0
    samples = frame * (1, 2, 2, counted)[code]
    return samples if samples <= _LONGEST else 0


def head(serial: int) -> bytes:
    """The two pages with which a file begins: two channels, into which packets of one are decoded as well."""
    opus_head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, RATE, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 9) + b"Reflector" + struct.pack("<I", 0)
    return _page(serial, 0, 0, [opus_head], flags=_FIRST) + _page(serial, 1, 0, [tags])


HEAD_PAGES = 2


def pages(packets: Sequence[bytes], *, serial: int, number: int, samples: int) -> list[bytes]:
    """The pages that carry `packets`; the first has this number and follows that many samples."""
    found: list[bytes] = []
    for group in _groups(packets):
        samples += sum(map(samples_in, group))
        found.append(_page(serial, number + len(found), samples, group))
    return found


def _groups(packets: Sequence[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    segments = 0
    for packet in packets:
        needed = len(packet) // 255 + 1
        if group and (len(group) == _MOST_PACKETS or segments + needed > _MOST_SEGMENTS):
            yield group
            group, segments = [], 0
        group.append(packet)
        segments += needed
    if group:
        yield group


def _page(serial: int, number: int, position: int, packets: Sequence[bytes], *, flags: int = 0) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    start = b"OggS\0" + struct.pack("<BqII", flags, position, serial, number)
    rest = bytes([len(lacing)]) + lacing + b"".join(packets)
    return start + struct.pack("<I", _checksum(start + bytes(4) + rest)) + rest


def _checksum(data: bytes) -> int:
    """Ogg's CRC goes through each byte from its other end than zlib's, which is therefore given everything mirrored."""
    mirrored = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
