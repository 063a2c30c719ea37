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

from transcripts.engines.base import EngineError, Never, TryAgain

Message = Mapping[str, str]

_LONGEST_WAIT = 30.0  # seconds between two attempts; a server that asks for more is tried again by the caller
_MESSAGE_LENGTH = 300
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
            except _Busy as busy:
                wait = busy.wait if busy.wait is not None else self.wait * 2**attempt
                if attempt == self.retries or wait > _LONGEST_WAIT:
                    raise TryAgain(str(busy)) from busy
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
            raise _Busy(f"The language model at {self.address} cannot be reached ({_short(str(error))}).") from error
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
        status, said = response.status_code, _error_message(response)
        if status in (408, 409, 425, 429) or status >= 500:
            what = "is busy" if status == 429 else "failed"
            return _Busy(f"The language model at {self.address} {what} ({status}: {said}).", _retry_after(response))
        if status in (401, 403):
            return Never(f"The language model's server refused the key ({status}: {said}). Check the API key.")
        if status == 404:
            return Never(
                f"The language model's server knows no model {self.model!r} at {self.address} (404: {said}). "
                "Check the address and the model's name."
            )
        if any(phrase in said.lower() for phrase in _TOO_LONG):
            return Never(
                f"The text sent was too long for the model {self.model!r} ({said}). "
                "Set the size of its context window to what the server really has."
            )
        if status in (400, 422):
            return Refused(f"The language model's server did not accept the request ({status}: {said}).")
        return Never(f"The language model's server refused the request ({status}: {said}).")


class _Busy(EngineError):
    """The server may answer in a moment; `wait` seconds if it said so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


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


def _error_message(response: httpx.Response) -> str:
    """What the server says went wrong, in any of the shapes in which servers say it."""
    try:
        document = response.json()
    except ValueError:
        return _short(response.text) or response.reason_phrase
    error = document.get("error", document) if isinstance(document, dict) else document
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return _short(str(error))


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):  # absent, or a date
        return None


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MESSAGE_LENGTH else f"{line[:_MESSAGE_LENGTH]}…"
