"""A language model server on localhost: the OpenAI chat-completions protocol over real HTTP, without a model.

It answers as a model under constrained decoding would: with an object that follows the schema of the request
(`response_format`, or the schema written into the prompt), filled with words and line numbers of the text in the
request, so that a test can follow an answer back to what was said. What goes wrong is chosen per test:

    with OpenAIChatPeer() as peer:
        peer.behaviour = "invalid_first"
        engine = OpenAILanguageModel({"url": peer.url, "model": peer.model})
        ...
        assert len(peer.requests) == 2

`behaviour` is a name out of `BEHAVIOURS`, a function from `Request` to `Reply`, or a list of these, used one after the
other, the last one from then on.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LINE = re.compile(r"^\[(\d+)\] (?:\d+:\d\d:\d\d )?([^:\n]*): (.*)$", re.MULTILINE)
_NOTE = re.compile(r"^- (.*?) ((?:\[\d+\] ?)+)$", re.MULTILINE)
_TOPIC = re.compile(r"^- ([^:\n]+):(.*)$", re.MULTILINE)
_MATERIAL = re.compile(r"<(meeting|notes|topics)>\n(.*)\n</\1>", re.DOTALL)
_PAIR = re.compile(r"^Translate from .*?\b([a-z]{2,3})\W* into .*?\b([a-z]{2,3})\W*\.$", re.MULTILINE)
_CITED = re.compile(r"\[(\d+)\]|\"lines\": \[([\d, ]+)\]")


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, str]]:
        return list(self.body.get("messages", []))

    @property
    def text(self) -> str:
        """All that was said in the conversation."""
        return "\n".join(message["content"] for message in self.messages)

    @property
    def material(self) -> str:
        """The text between the tags."""
        found = _MATERIAL.search(self.text)
        return found[2] if found else ""

    @property
    def schema(self) -> dict[str, Any] | None:
        """The schema asked for, in the request's own field or, failing that, in the prompt."""
        wanted = self.body.get("response_format", {}).get("json_schema", {}).get("schema")
        return wanted or _schema_in(self.messages[0]["content"] if self.messages else "")


@dataclass(frozen=True)
class Reply:
    """What goes back. `content` is the model's text, for a status of 200; `error` the message of any other status."""

    content: str = ""
    status: int = 200
    error: str = ""
    finish_reason: str = "stop"
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # instead of all that: these bytes as the body
    delay: float = 0.0  # seconds before anything is sent


Answering = Callable[[Request], Reply]

#: What `inventing` says; the words must not be those of the meeting.
INVENTION = "The orchestra rehearses 77 symphonies in the cathedral."


def good(request: Request) -> Reply:
    return Reply(json.dumps(example(request), ensure_ascii=False))


def invalid_first(request: Request) -> Reply:
    """Wrong (a missing field, an invented line) until the conversation shows that the error came back."""
    if any(message["role"] == "assistant" for message in request.messages):
        return good(request)
    return Reply(json.dumps({"answer": "I would call it a productive meeting.", "lines": [999999]}))


def invented_lines(request: Request) -> Reply:
    return Reply(re.sub(r'"lines": \[[\d, ]*\]', '"lines": [999999]', good(request).content))


def inventing(request: Request) -> Reply:
    """Adds to each list of sentences and items one that nobody spoke of, with a citation that exists."""
    answer = example(request)
    for name, text in (("recap", "text"), ("decisions", "decision"), ("next_steps", "task")):
        if answer.get(name):
            answer[name].append({**answer[name][0], text: INVENTION})
    for section in answer.get("sections", []):
        section["sentences"].append({**section["sentences"][0], "text": INVENTION})
    return Reply(json.dumps(answer, ensure_ascii=False))


def fenced(request: Request) -> Reply:
    return Reply(f"Sure! Here is the JSON you asked for:\n\n```json\n{good(request).content}\n```\nAnything else?")


def thinking(request: Request) -> Reply:
    return Reply(f'<think>They want {{"title": "a trap"}}, do they?</think>\n{good(request).content}')


def leaving_out(request: Request) -> Reply:
    """A translation that leaves the last line out until it is told so."""
    answer = example(request)
    if not any(message["role"] == "assistant" for message in request.messages):
        answer["translations"] = answer["translations"][:-1]
    return Reply(json.dumps(answer, ensure_ascii=False))


def nonsense(request: Request) -> Reply:
    return Reply("The quick brown fox jumps over the lazy dog.")


def cut_off(request: Request) -> Reply:
    return Reply(good(request).content[:20], finish_reason="length")


def no_response_format(request: Request) -> Reply:
    """An old server: it refuses every `response_format`."""
    if "response_format" in request.body:
        return Reply(status=400, error="Unrecognized request argument supplied: response_format")
    return good(request)


def no_json_schema(request: Request) -> Reply:
    """A server that knows JSON but no schemas."""
    if request.body.get("response_format", {}).get("type") == "json_schema":
        return Reply(status=400, error="response_format.type must be one of: text, json_object")
    return good(request)


def no_temperature(request: Request) -> Reply:
    """A reasoning model that accepts no temperature but its own."""
    if "temperature" in request.body:
        return Reply(status=400, error="Unsupported value: 'temperature' does not support 0.3 with this model.")
    return good(request)


def error_500(request: Request) -> Reply:
    return Reply(status=500, error="CUDA out of memory")


def rate_limited(request: Request) -> Reply:
    return Reply(status=429, error="Rate limit reached for requests", headers={"Retry-After": "0"})


def refused(request: Request) -> Reply:
    return Reply(status=400, error="The request was rejected by the content filter.")


def too_long(request: Request) -> Reply:
    return Reply(status=400, error="This model's maximum context length is 2048 tokens.")


def slow(request: Request) -> Reply:
    """Answers, but later than a client with a time-out of a few tenths of a second waits."""
    return Reply(good(request).content, delay=1.0)


def not_json(request: Request) -> Reply:
    """A web page where an API was expected."""
    return Reply(raw=b"<html><body>Welcome to nginx!</body></html>")


BEHAVIOURS: dict[str, Answering] = {
    answering.__name__: answering
    for answering in (
        good, invalid_first, invented_lines, inventing, fenced, thinking, leaving_out, nonsense, cut_off,
        no_response_format, no_json_schema, no_temperature, error_500, rate_limited, refused, too_long, slow, not_json,
    )
}  # fmt: skip

Behaviour = str | Answering


class OpenAIChatPeer:
    """The server. `url` ends in `/v1`; `requests` holds every completion that was asked for, in order.

    With `key`, requests need it as a bearer token; `model` is the only one there is.
    """

    def __init__(self, *, model: str = "peer-model", key: str = "") -> None:
        self.model, self.key = model, key
        self.behaviour: Behaviour | Sequence[Behaviour] = "good"
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        assert self._server is not None, "the peer is not running"
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> OpenAIChatPeer:
        peer = self

        class Handler(_Handler):
            owner = peer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, request: Request) -> Reply:
        """What the model server says to `request`."""
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            return Reply(status=401, error="Incorrect API key provided.")
        if request.body.get("model") != self.model:
            return Reply(status=404, error=f"The model `{request.body.get('model')}` does not exist.")
        if not request.messages or request.body.get("stream"):
            return Reply(status=400, error="This server needs `messages` and does not stream.")
        with self._lock:
            self.requests.append(request)
            behaviour = self._next_behaviour()
        answer = (BEHAVIOURS[behaviour] if isinstance(behaviour, str) else behaviour)(request)
        self._closing.wait(answer.delay)
        return answer

    def _next_behaviour(self) -> Behaviour:
        if isinstance(self.behaviour, str) or callable(self.behaviour):
            return self.behaviour
        first, *rest = self.behaviour
        self.behaviour = rest or [first]
        return first


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: OpenAIChatPeer

    def do_GET(self) -> None:
        if self.path != "/v1/models":
            self._send(Reply(status=404, error=f"Unknown path {self.path}"))
            return
        model = {"id": self.owner.model, "object": "model", "created": 1, "owned_by": "peer"}
        self._send_document(200, {"object": "list", "data": [model]}, {})

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path != "/v1/chat/completions":
            self._send(Reply(status=404, error=f"Unknown path {self.path}"))
            return
        try:
            body = json.loads(data)
        except ValueError:
            self._send(Reply(status=400, error="The body is not JSON."))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.owner.reply(Request(self.path, headers, body)), len(data))

    def _send(self, reply: Reply, prompt_bytes: int = 0) -> None:
        if reply.raw is not None:
            self._send_bytes(reply.status, reply.raw, "text/html", reply.headers)
        elif reply.status != 200:
            error = {"message": reply.error, "type": "invalid_request_error", "param": None, "code": None}
            self._send_document(reply.status, {"error": error}, reply.headers)
        else:
            self._send_document(200, self._completion(reply, prompt_bytes), reply.headers)

    def _completion(self, reply: Reply, prompt_bytes: int) -> dict[str, Any]:
        message = {"role": "assistant", "content": reply.content, "refusal": None}
        prompt, answer = prompt_bytes // 4, len(reply.content) // 4
        return {
            "id": f"chatcmpl-{len(self.owner.requests)}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": self.owner.model,
            "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish_reason}],
            "usage": {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer},
        }

    def _send_document(self, status: int, document: dict[str, Any], headers: dict[str, str]) -> None:
        self._send_bytes(status, json.dumps(document).encode(), "application/json", headers)

    def _send_bytes(self, status: int, data: bytes, kind: str, headers: dict[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client gave up waiting

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests read `requests` instead."""


def example(request: Request) -> dict[str, Any]:
    """An object that follows the request's schema, made of the request's text; empty without a schema."""
    schema = request.schema
    if schema is None:
        return {}
    material = _Material(request.material)
    material.pair = _PAIR.findall(request.text)[-1:]
    made = _value(schema, "", schema.get("$defs", {}), material)
    assert isinstance(made, dict)
    return made


class _Material:
    """What was said, handed out a piece at a time, so that each sentence of an answer rests on another line."""

    def __init__(self, text: str) -> None:
        said = [(who, words, [int(number)]) for number, who, words in _LINE.findall(text)]
        notes = [
            ("", words, [int(one) for one in re.findall(r"\d+", numbers)]) for words, numbers in _NOTE.findall(text)
        ]
        topics = [("", title, []) for title, _summary in _TOPIC.findall(text)]
        cited = [("", line, _numbers(line)) for line in text.splitlines() if _numbers(line)]
        self.pieces: list[tuple[str, str, list[int]]] = said or notes or topics or cited or [("", "Nothing", [])]
        self.longest = sorted(self.pieces, key=lambda piece: -len(piece[1]))
        self.handed_out = 0
        self.pair: list[tuple[str, str]] = []  # the languages of a translation

    def following(self) -> None:
        self.handed_out += 1

    @property
    def piece(self) -> tuple[str, str, list[int]]:
        return self.longest[self.handed_out % len(self.longest)]


def _numbers(line: str) -> list[int]:
    return [int(one) for found in _CITED.finditer(line) for one in re.findall(r"\d+", found.group())]


def _value(schema: dict[str, Any], name: str, known: dict[str, Any], material: _Material) -> Any:
    if "$ref" in schema:
        return _value(known[schema["$ref"].rsplit("/", 1)[1]], name, known, material)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], name, known, material)
    kind = schema.get("type")
    if kind == "object":
        made = {key: _value(part, key, known, material) for key, part in schema.get("properties", {}).items()}
        if "lines" in made:
            material.following()
        return made
    if kind == "array" and name == "lines":
        return material.piece[2][:3]
    if kind == "array" and name == "translations":
        ((source, target),) = material.pair
        return [{"number": n, "text": f"{source}:{target}:{words}"} for _, words, (n,) in material.pieces]
    if kind == "array":
        count = max(schema.get("minItems", 0), 2)
        return [_value(schema["items"], "", known, material) for _ in range(count)]
    return _text(name, material)


def _text(name: str, material: _Material) -> str | None:
    who, words, _numbers_of = material.piece
    if name in ("title", "heading"):
        return " ".join(words.split()[:6])
    if name in ("assigned_to", "decided_by"):
        return who or None
    return None if name in ("deadline", "rationale", "context") else words


def _schema_in(prompt: str) -> dict[str, Any] | None:
    """The last JSON schema of an object that a prompt quotes."""
    decoder = json.JSONDecoder()
    for found in re.finditer(r"^\{", prompt, re.MULTILINE):
        try:
            document, _end = decoder.raw_decode(prompt, found.start())
        except ValueError:
            continue
        if isinstance(document, dict) and "properties" in document:
            return document
    return None
