"""What clients and server say to each other on a socket, beside the events."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from .payload import Payload

Id = Annotated[str, Field(max_length=64)]
StreamKey = Annotated[str, Field(max_length=100)]


class _FromClient(BaseModel):
    """`id` comes back in the answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id | None = None


class Ping(_FromClient):
    type: Literal["ping"]


class Subscribe(_FromClient):
    """Watch a stream, from the number `since` on: that of the last event that the client has, or 0 for all.

    Without `stream` it is that of the address. Who watches it already is set to the new cursor.
    """

    type: Literal["subscribe"]
    stream: StreamKey | None = None
    since: int = Field(default=0, ge=0, le=2**63 - 1)


class Unsubscribe(_FromClient):
    type: Literal["unsubscribe"]
    stream: StreamKey | None = None


class Cancel(_FromClient):
    """Stop the processing of a transcript, named by its stream or that of its job; without, that of the address."""

    type: Literal["cancel"]
    stream: StreamKey | None = None


ClientMessage = Annotated[Ping | Subscribe | Unsubscribe | Cancel, Field(discriminator="type")]
CLIENT_MESSAGE: TypeAdapter[Ping | Subscribe | Unsubscribe | Cancel] = TypeAdapter(ClientMessage)


class _FromServer(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Id | None = None


class Pong(_FromServer):
    type: Literal["pong"] = "pong"


class Subscribed(_FromServer):
    """`seq`: everything after this number follows."""

    type: Literal["subscribed"] = "subscribed"
    stream: str
    seq: int


class Unsubscribed(_FromServer):
    type: Literal["unsubscribed"] = "unsubscribed"
    stream: str


class CancelRequested(_FromServer):
    """`cancelled` is false when nothing was running."""

    type: Literal["cancel_requested"] = "cancel_requested"
    stream: str
    cancelled: bool


class ErrorMessage(_FromServer):
    """What a client sent had no effect, or a stream can no longer be watched; `detail` says why."""

    type: Literal["error"] = "error"
    code: Literal[
        "malformed",
        "unknown_type",
        "invalid",
        "too_fast",
        "too_large",
        "unauthenticated",
        "forbidden",
        "not_found",
        "unavailable",
    ]
    detail: str
    stream: str | None = None


ServerMessage = Annotated[
    Pong | Subscribed | Unsubscribed | CancelRequested | ErrorMessage, Field(discriminator="type")
]


class Reset(Payload):
    """The cursor is older than what is kept, or of another log: load the content anew and go on from `seq`."""

    event: ClassVar[str] = "RESET"
    reason: Literal["expired", "unknown_cursor"]
