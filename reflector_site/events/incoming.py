"""What a client says on a socket, within limits."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationError

from .messages import CLIENT_MESSAGE, Cancel, Ping, Subscribe, Unsubscribe
from .pace import Pace

#: Characters of a message.
LONGEST_MESSAGE = 4096
#: Messages a second, over time and at once; who goes on beyond so many refusals is cut off.
RATE, BURST, MOST_REFUSALS = 5, 40, 40

Code = Literal["malformed", "unknown_type", "invalid", "too_fast", "too_large"]


class NotTaken(Exception):
    """The message has no effect: why, as a code and a sentence. `often`: this client sends little else."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code: Code = code
        self.detail = detail
        self.often = False


class Incoming:
    """Reads the messages of one client."""

    def __init__(self) -> None:
        self._pace = Pace(RATE, BURST)
        self._refusals = 0

    def read(self, text: str | None) -> Ping | Subscribe | Unsubscribe | Cancel:
        """The message; `text` is None for a binary one. Raises NotTaken."""
        try:
            return self._read(text)
        except NotTaken as refusal:
            self._refusals += 1
            refusal.often = self._refusals > MOST_REFUSALS
            raise

    def _read(self, text: str | None) -> Ping | Subscribe | Unsubscribe | Cancel:
        if text is not None and len(text) > LONGEST_MESSAGE:
            raise NotTaken("too_large", f"A message may have {LONGEST_MESSAGE} characters.")
        if not self._pace.allows():
            raise NotTaken("too_fast", f"Send no more than {RATE} messages a second.")
        if text is None:
            raise NotTaken("malformed", "Messages are JSON text, not binary.")
        try:
            return CLIENT_MESSAGE.validate_json(text)
        except ValidationError as error:
            raise NotTaken(*_what_is_wrong(error)) from error


def _what_is_wrong(error: ValidationError) -> tuple[Code, str]:
    """The code and the sentence of the first thing."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "malformed", "The message is not JSON."
    if first["type"].startswith("union_tag"):
        return "unknown_type", 'The "type" of a message is one of ping, subscribe, unsubscribe, cancel.'
    place = ".".join(str(part) for part in first["loc"][1:])
    return "invalid", f"{place}: {first['msg']}" if place else first["msg"]
