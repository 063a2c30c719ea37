"""The typed data of events. Each app declares its own; `registry.py` says on which streams they travel."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """The data of one event, named on the wire by `event`. An undeclared field is a mistake of ours: refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event: ClassVar[str]
