"""Why an offer is not taken."""

from __future__ import annotations


class Refused(Exception):
    """The message is a sentence for people, `status` the HTTP status that fits."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
