"""Why an address that somebody gave could not be used: a sentence for people, and whether trying again may help."""

from __future__ import annotations


class OutboundError(Exception):
    """The message never holds more of an address than its host: the rest may be a secret."""

    permanent = False

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status  # what the server answered, where it did


class TryAgain(OutboundError):
    """It may work later: a name that does not resolve now, a silent server, a cut connection, a 5xx answer."""


class Never(OutboundError):
    """It will not work however often it is tried: not an address, not a public one, 404, too large."""

    permanent = True
