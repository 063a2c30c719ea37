"""The one error that a recording can cause."""

from __future__ import annotations

from typing import Literal

Code = Literal["empty", "not_media", "no_audio", "unreadable", "unsupported", "too_long"]


class MediaError(Exception):
    """The recording itself cannot be used; trying again with the same bytes will not help.

    `str(error)` is a sentence for the person who brought the file. `code` is stable, for programs:
    empty (no bytes), not_media (not a recording), no_audio (a video without sound), unreadable (cut short or damaged),
    unsupported (a codec or layout that we cannot decode), too_long.
    """

    def __init__(self, message: str, code: Code) -> None:
        super().__init__(message)
        self.code: Code = code
