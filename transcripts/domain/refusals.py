"""Why an edit is refused. Each message is a sentence for people; doors know which HTTP status fits which kind."""

from __future__ import annotations


class EditRefused(Exception):
    """The edit cannot be made as it was asked for."""


class NotThere(EditRefused):
    """What was to be edited does not exist."""


class InTheWay(EditRefused):
    """It could be done at another time: something has changed, or is changing, the same place."""
