"""How calls cross the pipe between `process.py` and `child.py`: JSON made from the types that base.py declares.

What a method takes and returns is read from its protocol, so there is no second list to keep in step. Both ends use
this module, and both validate: a result that is not what was promised is an error here, not a surprise later.

The messages, one JSON object per line:

    parent → child  {"spec": …}                                        once, first
                    {"method": "transcribe", "arguments": {…}}
    child → parent  {"progress": [done, total]}                        any number
                    {"report": [message, done, total]}                 any number, from `prepare`
                    {"result": …}  or  {"error": "again" | "never", "message": …}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from transcripts.engines.base import Diarizer, LanguageModel, Transcriber, Translator
from transcripts.engines.registry import EngineSpec, Kind

PROTOCOLS: Mapping[Kind, type] = {
    "transcription": Transcriber,
    "diarization": Diarizer,
    "language": LanguageModel,
    "translation": Translator,
}

#: Parameters that stay on their side of the pipe: calling them sends a message of the same name.
CALLBACKS = frozenset({"progress", "report"})

SPEC = TypeAdapter(EngineSpec)

_MESSAGE = TypeAdapter(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an engine, ready for the wire."""

    arguments: Mapping[str, TypeAdapter[Any]]
    callbacks: frozenset[str]
    result: TypeAdapter[Any]

    def pack(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments as JSON values. Raises TypeError for a name that the protocol does not know."""
        unknown = arguments.keys() - self.arguments.keys()
        if unknown:
            raise TypeError(f"Not an argument of this method: {', '.join(sorted(unknown))}")
        return {name: self.arguments[name].dump_python(value, mode="json") for name, value in arguments.items()}

    def unpack(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.arguments[name].validate_python(value) for name, value in arguments.items()}


@cache
def method(kind: Kind, name: str) -> Method:
    """The declared types of one method, as pydantic adapters. Raises AttributeError when the protocol has no such."""
    hints = get_type_hints(getattr(PROTOCOLS[kind], name))
    result = hints.pop("return")
    return Method(
        arguments={key: TypeAdapter(hint) for key, hint in hints.items() if key not in CALLBACKS},
        callbacks=CALLBACKS & hints.keys(),
        result=TypeAdapter(result),
    )


def encode(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes | bytearray) -> dict[str, Any]:
    """Raises ValueError when the line is not a JSON object."""
    return _MESSAGE.validate_json(line)
