"""Several audio objects read as one seekable file, without putting them together first."""

from __future__ import annotations

import io
import itertools
import os
from bisect import bisect_right
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from consent import vault
from consent.models import AudioObject

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class JoinedAudio(io.RawIOBase):
    """The bytes of `objects`, one after the other. One of them is open at a time."""

    def __init__(self, objects: Sequence[AudioObject]) -> None:
        self._objects = objects
        self._ends = list(itertools.accumulate(audio.size or 0 for audio in objects))
        self._position = 0
        self._open: tuple[int, IO[bytes]] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._ends[-1] if self._ends else 0}[whence]
        self._position = max(base + offset, 0)
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        number = bisect_right(self._ends, self._position)
        if number == len(self._ends):
            return 0
        start = self._ends[number - 1] if number else 0
        file = self._piece(number)
        file.seek(self._position - start)
        data = file.read(min(len(view), self._ends[number] - self._position))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _piece(self, number: int) -> IO[bytes]:
        if self._open is None or self._open[0] != number:
            self._close_piece()
            self._open = (number, vault.open_audio(self._objects[number]))
        return self._open[1]

    def _close_piece(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def close(self) -> None:
        self._close_piece()
        super().close()
