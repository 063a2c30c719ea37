"""One call to an OpenAI-compatible chat endpoint: the wire, its failures in words, and nothing of meetings.

Protocol: https://platform.openai.com/docs/api-reference/chat/create, as vLLM, Ollama, LM Studio and others speak it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from transcripts.engines.base import Never, TryAgain
from transcripts.engines.saying import PASSING, retry_after, said
from transcripts.engines.service import Busy

Message = Mapping[str, str]

_LONGEST_WAIT = 30.0  # seconds between two attempts; a server that asks for more is tried again by the caller
_TOO_LONG = ("context length", "context_length", "maximum context", "context window", "too many tokens", "too long")


class Refused(Never):
    """The server understood the request and did not accept it (400 or 422); a simpler one may pass."""


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    cut_off: bool  # the model ran out of tokens in the middle of its answer
    model: str  # as the server calls it


class ChatClient:
    """Sends conversations to one model. `retries` counts further attempts after a busy or broken server's answer."""

    def __init__(self, *, url: str, key: str, model: str, timeout: float, retries: int, wait: float = 1.0) -> None:
        self.address = chat_address(url)
        self.model, self.retries, self.wait, self.timeout = model, retries, wait, timeout
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.http = httpx.Client(headers=headers, timeout=httpx.Timeout(timeout, connect=min(10.0, timeout)))

    def ask(self, messages: Sequence[Message], extra: Mapping[str, Any]) -> Reply:
        """The model's answer. `extra` are further fields of the request.

        Raises `Refused` for 400 and 422, `Never` for what the owner has to set right (key, address, model), and
        `TryAgain` when the server stays busy, broken or silent.
        """
        body = {"model": self.model, "messages": list(messages), **extra}
        for attempt in range(self.retries + 1):
            try:
                return self._once(body)
            except Busy as busy:
                wait = busy.wait if busy.wait is not None else self.wait * 2**attempt
                if attempt == self.retries or wait > _LONGEST_WAIT:
                    raise
                time.sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, body: Mapping[str, Any]) -> Reply:
        try:
            response = self.http.post(self.address, json=body)
        except httpx.TimeoutException as error:
            # Not repeated here: another wait of the same length is for the caller to decide.
            raise TryAgain(
                f"The language model at {self.address} did not answer within {self.timeout:g} seconds. "
                "It is tried again; if that goes on, use a smaller model or raise the time-out."
            ) from error
        except httpx.TransportError as error:
            raise Busy(
                f"The language model at {self.address} cannot be reached ({error or type(error).__name__})."
            ) from error
        except httpx.InvalidURL as error:
            raise Never(f"The language model's address {self.address!r} is not a web address. Correct it.") from error
        if response.is_success:
            return self._reply(response)
        raise self._failure(response)

    def _reply(self, response: httpx.Response) -> Reply:
        try:
            document = response.json()
            choice = document["choices"][0]
            text = choice["message"].get("content") or ""
            return Reply(str(text), choice.get("finish_reason") == "length", str(document.get("model") or self.model))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise TryAgain(
                f"{self.address} answered with something that is not a chat completion. "
                "Check that the address is that of an OpenAI-compatible server."
            ) from error

    def _failure(self, response: httpx.Response) -> Exception:
        status, reason = response.status_code, said(response.content)
        if status in PASSING or status >= 500:
            what = "is busy" if status == 429 else "failed"
            return Busy(f"The language model at {self.address} {what} ({status}: {reason}).", retry_after(response))
        if status in (401, 403):
            return Never(f"The language model's server refused the key ({status}: {reason}). Check the API key.")
        if status == 404:
            return Never(
                f"The language model's server knows no model {self.model!r} at {self.address} (404: {reason}). "
                "Check the address and the model's name."
            )
        if any(phrase in reason.lower() for phrase in _TOO_LONG):
            return Never(
                f"The text sent was too long for the model {self.model!r} ({reason}). "
                "Set the size of its context window to what the server really has."
            )
        if status in (400, 422):
            return Refused(f"The language model's server did not accept the request ({status}: {reason}).")
        return Never(f"The language model's server refused the request ({status}: {reason}).")


def chat_address(url: str) -> str:
    """Where completions are asked for, from what people give as the address of a server.

    >>> chat_address("http://localhost:11434")
    'http://localhost:11434/v1/chat/completions'
    """
    base = url.strip().rstrip("/")
    if base.endswith("/chat/completions"):
        return base
    if not urlsplit(base).path:
        base += "/v1"
    return f"{base}/chat/completions"
