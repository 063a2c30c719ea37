"""What the peers share: a threaded HTTP server on localhost that keeps the requests it got."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[bytes]]:
        """The fields of a multipart form, by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        found: dict[str, list[bytes]] = {}
        for part in BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            found.setdefault(name, []).append(part.get_payload(decode=True))
        return found


@dataclass(frozen=True)
class Reply:
    """What goes back. `cut_after` ends the connection after so many bytes of the body, as a broken line does.

    `flow` gives a body piece by piece instead, without a length; the connection ends with it.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    flow: Callable[[], Iterable[bytes]] | None = None

    @classmethod
    def of(cls, document: object, status: int = 200) -> Reply:
        return cls(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle of an answer is no fault of ours; what is one shows in the test."""


class Peer:
    """A server that answers with `answer(request)`. Use it as a context manager; `url` says where it is."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        self._server = _Server(("127.0.0.1", 0), _handler(self.requests, answer))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(requests: list[Request], answer: Callable[[Request], Reply]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        do_HEAD = do_POST = do_PATCH = do_GET  # noqa: N815 -- as the standard library looks for them

        def _serve(self) -> None:
            address = urlsplit(self.path)
            request = Request(
                method=self.command,
                path=address.path,
                query={name: values[0] for name, values in parse_qs(address.query).items()},
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            requests.append(request)
            self._send(answer(request))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            length = {} if reply.flow else {"Content-Length": str(len(reply.body))}
            for name, value in {**length, **reply.headers}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # whoever asked may have heard enough
                self.end_headers()
                if self.command != "HEAD":
                    for piece in reply.flow() if reply.flow else [reply.body[: reply.cut_after]]:
                        self.wfile.write(piece)
            self.close_connection = reply.cut_after is not None or reply.flow is not None

        def log_message(self, format: str, *args: Any) -> None:
            """Tests read `requests`, not stderr."""

    return Handler
