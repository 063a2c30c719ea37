"""Answers of a known shape from a model that may get it wrong: asked, checked, told what was wrong, asked again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from transcripts.engines.base import TryAgain
from transcripts.engines.language.answers import Answer, strict_schema
from transcripts.engines.language.chat import ChatClient, Message, Refused, Reply

#: How a server is asked for JSON, the strictest first; one that refuses is asked in the next way.
MODES = ("json_schema", "json_object", "prompt")

_QUOTED_BACK = 2000  # characters of a wrong answer shown to the model again
_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHTS_END = re.compile(r"^.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_MOST_STARTS = 50  # places at which JSON is looked for in an answer that is full of braces


class StructuredChat:
    """Asks one model for answers of a shape. Remembers which way of asking its server accepts."""

    def __init__(self, client: ChatClient, *, mode: str, temperature: float | None, retries: int) -> None:
        self.client, self.mode, self.temperature, self.retries = client, mode, temperature, retries
        self.served_by = ""

    def ask(self, shape: type[Answer], messages: Sequence[Message], context: Mapping[str, Any]) -> Answer:
        """An answer of `shape`, checked with `context` (see `answers.py`).

        A wrong answer goes back to the model with what is wrong about it, `retries` times. Raises `TryAgain` when the
        last one is wrong, too, and what `ChatClient.ask` raises.
        """
        conversation = [*messages]
        for attempt in range(self.retries + 1):
            reply = self._reply(shape, conversation)
            try:
                return _checked(reply, shape, context)
            except _Wrong as wrong:
                if attempt == self.retries:
                    raise TryAgain(
                        f"The language model {self.client.model!r} gave no usable answer in {attempt + 1} attempts "
                        f"(the last time: {wrong}). It is tried again; if that goes on, choose a more capable model."
                    ) from wrong
                conversation = [*messages, *_correction(reply, wrong)]
        raise AssertionError("the last attempt returns or raises")

    def _reply(self, shape: type[Answer], conversation: Sequence[Message]) -> Reply:
        """The next answer; ways of asking that the server refuses are given up once a simpler one has worked."""
        for mode, temperature in self._ways():
            try:
                reply = self.client.ask(_instructed(shape, conversation), _fields(shape, mode, temperature))
            except Refused as refused:
                last = refused
                continue
            self.mode, self.temperature, self.served_by = mode, temperature, reply.model
            return reply
        raise last

    def _ways(self) -> Iterator[tuple[str, float | None]]:
        for mode in MODES[MODES.index(self.mode) :]:
            yield mode, self.temperature
        if self.temperature is not None:  # some models accept no temperature but their own
            for mode in MODES[MODES.index(self.mode) :]:
                yield mode, None


class _Wrong(Exception):
    """What is wrong with an answer, in words for the model."""


def _fields(shape: type[Answer], mode: str, temperature: float | None) -> dict[str, Any]:
    fields: dict[str, Any] = {} if temperature is None else {"temperature": temperature}
    if mode == "json_schema":
        schema = {"name": shape.__name__, "schema": strict_schema(shape), "strict": True}
        fields["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif mode == "json_object":
        fields["response_format"] = {"type": "json_object"}
    return fields


def _instructed(shape: type[Answer], conversation: Sequence[Message]) -> list[Message]:
    """The conversation with the schema in its first message, where every server and model can see it."""
    schema = json.dumps(strict_schema(shape), separators=(",", ":"))
    first, *rest = conversation
    wanted = f"Answer with one JSON object and nothing else, following this JSON schema:\n{schema}"
    return [{**first, "content": f"{first['content']}\n\n{wanted}"}, *rest]


def _checked(reply: Reply, shape: type[Answer], context: Mapping[str, Any]) -> Answer:
    if reply.cut_off:
        raise _Wrong("the answer was cut off because it was too long; be briefer")
    wrong: ValidationError | None = None
    for document in _objects(reply.text):
        try:
            return shape.model_validate(document, context=dict(context))
        except ValidationError as error:
            wrong = wrong or error
    raise _Wrong(_explained(wrong) if wrong else "the answer contains no JSON object")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects in an answer, whatever stands around them; thoughts do not count."""
    text = _THOUGHTS_END.sub("", _THOUGHTS.sub("", text))
    decoder = json.JSONDecoder()
    place = text.find("{")
    for _ in range(_MOST_STARTS):
        if place < 0:
            return
        try:
            document, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            if isinstance(document, dict):
                yield document
        place = text.find("{", end)


def _explained(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)[:5]
    return "; ".join(f"{'.'.join(map(str, problem['loc'])) or 'answer'}: {problem['msg']}" for problem in problems)


def _correction(reply: Reply, wrong: _Wrong) -> list[Message]:
    return [
        {"role": "assistant", "content": reply.text[:_QUOTED_BACK]},
        {"role": "user", "content": f"That answer cannot be used: {wrong}. Answer again with the corrected JSON only."},
    ]
