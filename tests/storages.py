"""Storages that misbehave on purpose, chosen by the setting STORAGES as any other."""

from __future__ import annotations

import errno
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class Full(FileSystemStorage):
    """A disk that is full after ten bytes, and keeps what it has of the file, as disks do."""

    def _save(self, name: str, content: File[bytes]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.read(10))
        raise OSError(errno.ENOSPC, "No space left on device")


class Keeping(FileSystemStorage):
    """A storage that says yes to a deletion and keeps the object."""

    def delete(self, name: str) -> None:
        pass


class Refusing(FileSystemStorage):
    """A storage that refuses to delete."""

    def delete(self, name: str) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")
