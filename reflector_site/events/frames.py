"""Events as they go over the wire: JSON text, encoded once however many look on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

_FIN_TEXT = 0x81


@dataclass(frozen=True, slots=True)
class Frame:
    """One event, ready to be sent. `seq` is None for what is whispered: not kept, and lost without harm."""

    seq: int | None
    name: str
    text: str


def encode(*, key: str, name: str, data: str, stream: str, seq: int | None, at: datetime) -> Frame:
    """`{"event": name, "data": …, "stream": …, "seq": …, "at": …}`; `data` is JSON already, `key` names the name."""
    number = "" if seq is None else f',"seq":{seq}'
    text = (
        f'{{"{key}":{json.dumps(name)},"data":{data},"stream":{json.dumps(stream)}{number}'
        f',"at":"{at.astimezone(UTC).isoformat().replace("+00:00", "Z")}"}}'
    )
    return Frame(seq, name, text)


class Batch:
    """Frames that go to many sockets together, as many as fit into one write."""

    #: Bytes; a single frame may be larger.
    MOST = 64 * 1024

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames = frames

    @cached_property
    def wire(self) -> bytes:
        """All of them as WebSocket text messages, one after the other (RFC 6455 §5.2; a server does not mask)."""
        return b"".join(_message(frame.text.encode()) for frame in self.frames)


def batches(frames: Iterable[Frame]) -> Iterator[Batch]:
    """The frames in their order, in writes of a bounded size."""
    held: list[Frame] = []
    size = 0
    for frame in frames:
        if held and size + len(frame.text) > Batch.MOST:
            yield Batch(held)
            held, size = [], 0
        held.append(frame)
        size += len(frame.text)
    if held:
        yield Batch(held)


def _message(content: bytes) -> bytes:
    length = len(content)
    if length < 126:
        return bytes((_FIN_TEXT, length)) + content
    if length < 1 << 16:
        return bytes((_FIN_TEXT, 126)) + length.to_bytes(2, "big") + content
    return bytes((_FIN_TEXT, 127)) + length.to_bytes(8, "big") + content
