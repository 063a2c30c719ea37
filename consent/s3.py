"""Audio on S3, read piece by piece: a jump to the middle or the end of a file does not fetch all of it first."""

from __future__ import annotations

import io
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

#: Bytes that one request fetches when small pieces are read one after the other.
BUFFER = 1 << 20


class AudioS3Storage(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """The S3 storage of django-storages, whose own files download the whole object at the first read."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """A seekable file for reading. Raises FileNotFoundError when there is no such object."""
        found = super()._open(name, mode)  # asks for the size, and reads nothing yet
        return File(io.BufferedReader(_Ranged(found.obj, found.size), BUFFER), name)


class _Ranged(io.RawIOBase):
    """Each read is one request for exactly the bytes that are wanted."""

    def __init__(self, target: Any, size: int) -> None:
        self._target = target
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        last = min(self._position + len(buffer), self._size) - 1
        if last < self._position:
            return 0
        try:
            body: bytes = self._target.get(Range=f"bytes={self._position}-{last}")["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"S3 did not read {self._target.key}: {error}") from error
        buffer[: len(body)] = body
        self._position += len(body)
        return len(body)
