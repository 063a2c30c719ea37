"""The events and messages of the sockets in the published schema: a discriminated union for each kind of stream."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field, RootModel, create_model
from pydantic.json_schema import models_json_schema

from . import messages, registry
from .payload import Payload

REF = "#/components/schemas/{model}"

#: What a parser of server-sent events gives out (https://html.spec.whatwg.org/multipage/server-sent-events.html).
SERVER_SENT: dict[str, Any] = {
    "type": "object",
    "description": "One server-sent event: `data` is an event of the log as JSON, `id` its seq, for `Last-Event-ID`.",
    "properties": {
        "id": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}


def _ref(name: str) -> str:
    return REF.format(model=name)


def add_events(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: put the unions, and all that they are made of, among the components."""
    made: dict[str, Any] = models_json_schema([(model, "serialization") for model in _models()], ref_template=REF)[1]
    components = result["components"]["schemas"]
    taken = components.keys() & made["$defs"].keys()  # Status is also the answer of a verb
    events = {f"{name}Data" if name in taken else name: schema for name, schema in made["$defs"].items()}
    components.update(_renamed(_without_titles(events), {_ref(name): _ref(f"{name}Data") for name in taken}))
    components["ServerSentEvent"] = SERVER_SENT
    result["components"]["schemas"] = dict(sorted(components.items()))
    return result


def _models() -> list[type[BaseModel]]:
    unions = {kind.union: _union(kind) for kind in registry.kinds()}
    logs = [_log(name, union) for name, union in unions.items()]
    said = [
        _named("ClientMessage", messages.ClientMessage, "What a client may send."),
        _named("ServerMessage", messages.ServerMessage, "What the server answers, beside the events."),
    ]
    return [*unions.values(), *logs, *said]


def _envelope(kind: registry.StreamKind, payload: type[Payload]) -> type[BaseModel]:
    """One event as it is sent. `seq` is missing from what is whispered: not kept, and lost without harm."""
    fields: dict[str, Any] = {
        kind.name_key: (Literal[payload.event], ...),
        "data": (payload, ...),
        "stream": (str, ...),
        "seq": (int | None, None),
        "at": (datetime, ...),
    }
    name = f"{kind.union}{payload.__name__}"
    made: type[BaseModel] = create_model(name, __doc__=payload.__doc__, **fields)
    return made


def _union(kind: registry.StreamKind) -> type[BaseModel]:
    payloads: tuple[type[Payload], ...] = (*kind.payloads, messages.Reset)
    members = [_envelope(kind, payload) for payload in payloads]
    together: Any = reduce(or_, cast("list[Any]", members))
    union: Any = Annotated[together, Field(discriminator=kind.name_key)]
    return _named(kind.union, union, f'Everything that a stream of this kind sends; "{kind.name_key}" says what it is.')


def _named(name: str, union: Any, doc: str) -> type[BaseModel]:
    made: type[BaseModel] = type(name, (RootModel[union],), {"__doc__": doc, "__module__": __name__})
    return made


def _log(name: str, union: type[BaseModel]) -> type[BaseModel]:
    """The answer of the log over plain HTTP."""
    fields: dict[str, Any] = {
        "events": (list[union], ...),  # type: ignore[valid-type]  # a class made above
        "seq": (int, Field(description="the cursor to go on from")),
        "reset": (bool, Field(description="the cursor was not usable: load the content anew, go on from `seq`")),
        "more": (bool, Field(description="ask again at once, there is more")),
    }
    made: type[BaseModel] = create_model(f"{name}Log", **fields)
    return made


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    """With other references in the place of those in `names`."""
    if isinstance(schema, list):
        return [_renamed(part, names) for part in schema]
    if isinstance(schema, dict):
        return {key: _renamed(value, names) for key, value in schema.items()}
    return names.get(schema, schema) if isinstance(schema, str) else schema


def _without_titles(schema: Any) -> Any:
    """Without the titles that pydantic gives to every field."""
    if isinstance(schema, list):
        return [_without_titles(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))  # a field of that name is described by a mapping
    }
