"""Why a part stops before it is done. What concerns people carries a sentence for them."""

from __future__ import annotations


class Stopped(Exception):
    """Raised by a checkpoint: somebody else has decided that this attempt ends. Not a failure of the step."""


class Cancelled(Stopped):
    """The run was cancelled."""


class Lost(Stopped):
    """The lease lapsed and another worker has the part, or the part is gone."""


class Interrupted(Stopped):
    """This worker is shutting down; the part goes back without costing an attempt."""


class TooSlow(Exception):
    """The part took longer than its time limit."""

    permanent = False

    def __init__(self) -> None:
        super().__init__("It took longer than allowed. Try again, or use a faster engine.")


class StepFailed(Exception):
    """A step cannot do its work; the message says why in words."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent
