"""The Zulip server that this site is set up for: its streams, their topics, and messages of our bot.

What it takes and gives is described at https://zulip.com/api. Settings: ZULIP_REALM, ZULIP_BOT_EMAIL, ZULIP_API_KEY.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings

#: Seconds to connect, and to wait for an answer.
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
#: Characters that a server takes; of longer messages it keeps the beginning.
LONGEST_MESSAGE = 10_000
#: Bytes. The streams and topics of a large organisation are far below it.
LONGEST_ANSWER = 8 << 20
_NO_STREAM = ("invalid stream id", "invalid channel id")


class ZulipError(Exception):
    """Zulip did not do it. The message is a sentence for people, `status` the HTTP status that fits."""

    def __init__(self, message: str, *, status: int = 502) -> None:
        super().__init__(message)
        self.status = status


class NotSetUp(ZulipError):
    def __init__(self) -> None:
        super().__init__(
            "This site has no Zulip to send to. An admin sets ZULIP_REALM, ZULIP_BOT_EMAIL and ZULIP_API_KEY.",
            status=409,
        )


class MessageGone(ZulipError):
    """The message that was to be changed is not there any more."""


@dataclass(frozen=True, slots=True)
class Stream:
    stream_id: int
    name: str


def is_set_up() -> bool:
    return bool(settings.ZULIP_REALM)


def streams() -> list[Stream]:
    """Those that the bot may see, by name. Raises ZulipError."""
    found = _ask("GET", "streams", "streams")
    return sorted((Stream(int(each["stream_id"]), str(each["name"])) for each in found), key=lambda each: each.name)


def topics(stream_id: int) -> list[str]:
    """The topics of a stream, the one with the newest message first. Raises ZulipError, 404 for an unknown stream."""
    return [str(each["name"]) for each in _ask("GET", f"users/me/{stream_id}/topics", "topics")]


def send(*, stream: str, topic: str, content: str) -> int:
    """A new message; its id. Raises ZulipError."""
    return int(_ask("POST", "messages", "id", type="stream", to=stream, topic=topic, content=content))


def change(message_id: int, *, topic: str, content: str) -> None:
    """Write a message anew, in the stream where it is. Raises MessageGone, or ZulipError."""
    _ask("PATCH", f"messages/{message_id}", "result", topic=topic, content=content)


def _ask(method: str, path: str, wanted: str, **form: str) -> Any:
    """The field `wanted` of the answer."""
    if not is_set_up():
        raise NotSetUp
    try:
        response = httpx.request(
            method,
            f"{_base()}/api/v1/{path}",
            data=form or None,
            auth=(settings.ZULIP_BOT_EMAIL, settings.ZULIP_API_KEY),
            timeout=TIMEOUT,
        )
    except httpx.TimeoutException as error:
        raise ZulipError("Zulip does not answer. Try again later.") from error
    except httpx.HTTPError as error:
        raise ZulipError(f"Zulip cannot be reached ({type(error).__name__}). Try again later.") from error
    answer = _understood(response)
    if response.is_success and wanted in answer:
        return answer[wanted]
    raise _refusal(response.status_code, answer)


def _base() -> str:
    realm: str = settings.ZULIP_REALM.rstrip("/")
    return realm if "://" in realm else f"https://{realm}"


def _understood(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json() if len(response.content) <= LONGEST_ANSWER else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ZulipError(f"What answers at ZULIP_REALM is no Zulip (HTTP {response.status_code}).")
    return answer


def _refusal(status: int, answer: dict[str, Any]) -> ZulipError:
    """Zulip's own words, where it has any: they say what is wrong better than a number."""
    said = str(answer.get("msg") or f"HTTP {status}")[:300]
    if "invalid message(s)" in said.lower():
        return MessageGone(f"Zulip has that message no longer: {said}")
    if said.lower() in _NO_STREAM:
        return ZulipError("Zulip has no such stream, or its bot may not see it.", status=404)
    if answer.get("code") == "STREAM_DOES_NOT_EXIST":
        return ZulipError(f"Zulip did not take it: {said}", status=400)
    if status == 401:
        return ZulipError(f"Zulip does not know our bot; ZULIP_BOT_EMAIL and ZULIP_API_KEY are to be checked: {said}")
    if status == 429:
        return ZulipError("Zulip asks to wait a little. Try again in a minute.")
    return ZulipError(f"Zulip did not do it: {said}")
