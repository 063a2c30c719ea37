"""What an address can need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Need(Enum):
    """The value is the sentence of docs/permissions.md."""

    OPEN = "nothing"
    SIGNED_IN = "an account; a key needs the scope `read` to look and `write` for everything else"
    LISTED = "an account, as `signed in`; with PUBLIC_MODE nothing, and strangers see what is public"
    KNOWN = "an account, as `signed in`, with the words that clients of the replaced system expect"
    ACCOUNT = "an account; a key needs the scope `read` to look and `admin` for everything else"
    READ = "that one may read the transcript; a key needs the scope `read`"
    READER = "an account that may read the transcript; a key needs the scope `read`"
    CHANGE = "that one may change the transcript; a key needs the scope `write`"
    JOB = "that one may read the transcript of the job; without, the job does not exist"
    JOB_CHANGE = "that one may change the transcript of the job; who may not read it finds no job"
    STAFF = "an account of the staff, signed in"


class Door(Enum):
    """How an address answers whoever it does not let in."""

    API = "answers with a status and a sentence, and takes sessions, keys and tokens"
    PAGE = "sends to the sign-in page, and takes sessions only"
    PLAIN = "does not look who is asking"


@dataclass(frozen=True)
class Route:
    """An address as Django's resolver writes it, and what each of its methods needs. HEAD needs what GET needs.

    `sends`: the JSON that a method needs before it does anything; `query`: the same for what follows the address;
    `fills`: values for the parameters in the address, beside those of the transcript.
    """

    address: str
    needs: Mapping[str, Need]
    door: Door = Door.API
    sends: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""
    fills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Socket:
    """A WebSocket route, and what watching it needs."""

    address: str
    need: Need
