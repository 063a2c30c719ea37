"""A web server inside the test process, and clients of it: tests use the ORM and real sockets side by side."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn
from django.db import transaction
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from reflector_site.events import hub as hub_module
from reflector_site.events.hub import Hub
from tests.stack import until
from transcripts.events import FinalTitle, announce
from transcripts.models import Transcript

T = TypeVar("T")
DIRECT = "reflector_site.events.direct:DirectSockets"
PLAIN = "websockets-sansio"
SECONDS = 8.0  # for which a test waits for what should come at once


class Server(threading.Thread):
    """uvicorn with the whole site, in a thread and an event loop of its own."""

    def __init__(self, ws: str, **options: Any) -> None:
        super().__init__(name=f"server-{ws}", daemon=True)
        config = uvicorn.Config(
            "reflector_site.asgi:application",
            host="127.0.0.1",
            port=0,
            ws=ws,
            ws_per_message_deflate=False,
            ws_max_size=65536,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            **options,
        )
        self._server = uvicorn.Server(config)
        self.loop: asyncio.AbstractEventLoop

    def run(self) -> None:
        async def serve() -> None:
            self.loop = asyncio.get_running_loop()
            await self._server.serve()

        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(serve())

    def wait(self) -> Server:
        until(lambda: self._server.started, seconds=20, what="the server")
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        self._server.should_exit = True

    @property
    def hub(self) -> Hub | None:
        return hub_module._hubs.get(self.loop)

    def do(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work(), self.loop).result(SECONDS)

    def connections(self) -> list[Any]:
        """uvicorn's protocols of the connections that are open."""
        return list(self._server.server_state.connections)

    def busy(self) -> list[str]:
        """What a server that nobody is connected to should not have."""
        hub = self.hub
        left = [f"watched {key}" for key in hub._watched] if hub else []
        left += [f"task {task}" for task in hub._tasks] if hub else []
        left += [f"connection {each}" for each in self.connections() if hasattr(each, "conn")]
        return left + [f"task {task}" for task in self.do(_own_tasks)]


async def _own_tasks() -> list[str]:
    """Tasks of our code that still live."""
    found = map(repr, asyncio.all_tasks())
    return [each for each in found if "reflector_site/events" in each and "/tests/" not in each]


class Socket:
    """A WebSocket client that keeps what it received."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.received: list[dict[str, Any]] = []

    def next(self, seconds: float = SECONDS) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.connection.recv(timeout=seconds))
        self.received.append(message)
        return message

    def take(self, count: int) -> list[dict[str, Any]]:
        return [self.next() for _ in range(count)]

    def seqs(self, count: int) -> list[int | None]:
        return [message.get("seq") for message in self.take(count)]

    def ask(self, **message: Any) -> dict[str, Any]:
        """Send it and return the first answer that is no event."""
        self.say(**message)
        while "event" in (found := self.next()):
            pass
        return found

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def is_quiet(self, seconds: float = 0.15) -> bool:
        try:
            self.next(seconds)
        except TimeoutError:
            return True
        return False

    def closed(self, seconds: float = SECONDS) -> tuple[int, str]:
        """The code and the reason with which the server closed; everything before it is in `received`."""
        with pytest.raises(ConnectionClosed) as end:
            self._read_on(seconds)
        assert end.value.rcvd is not None, "closed without a word"
        return end.value.rcvd.code, end.value.rcvd.reason

    def _read_on(self, seconds: float) -> None:
        while True:
            self.next(seconds)

    def close(self) -> None:
        self.connection.close()


class Site:
    """One server as tests see it; `key` is the API key that its clients use if nothing else is said."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.key = ""
        self._sockets: list[Socket] = []
        self._open = ExitStack()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def open(self, path: str, *, key: str | None = None, cookie: str = "", **options: Any) -> Socket:
        headers = dict(options.pop("headers", {}))
        if cookie:
            headers["Cookie"] = f"sessionid={cookie}"
        elif key is None or key:
            headers["X-API-Key"] = key or self.key
        context = connect(
            f"ws://127.0.0.1:{self.server.port}{path}",
            additional_headers=headers,
            compression=None,
            proxy=None,
            close_timeout=2,
            ping_interval=None,
            **options,
        )
        socket = Socket(self._open.enter_context(context))
        self._sockets.append(socket)
        return socket

    def watch(self, transcript: Transcript, since: int | None = 0, **options: Any) -> Socket:
        """Watch a transcript; returns when it has what there is."""
        query = "" if since is None else f"?since={since}"
        socket = self.open(f"/v1/transcripts/{transcript.pk}/events{query}", **options)
        self.settle()
        return socket

    def settle(self) -> None:
        """Until everybody who watches is level."""

        def level() -> bool:
            hub = self.server.hub
            watched = list(hub._watched.values()) if hub else []
            return bool(watched) and all(each.everybody == each.level for each in watched)

        until(level, seconds=SECONDS, what="all being level")

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(base_url=self.base, headers={"X-API-Key": self.key} | headers, timeout=SECONDS)

    def close(self) -> None:
        self._open.close()
        try:
            until(lambda: not self.server.busy(), seconds=SECONDS, what="the server to let all go")
        except AssertionError as error:
            raise AssertionError(f"Left behind: {self.server.busy()}") from error


@contextmanager
def serving(ws: str = DIRECT, **options: Any) -> Iterator[Server]:
    server = Server(ws, **options)
    server.start()
    try:
        yield server.wait()
    finally:
        server.stop()
        server.join(20)


def tell(transcript: Transcript, *titles: str) -> None:
    """Announce, each in a transaction of its own, as verbs do."""
    for title in titles:
        with transaction.atomic():
            announce(transcript, FinalTitle(title=title))
