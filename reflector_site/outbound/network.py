"""Sockets to addresses that were checked: what is connected to is the very address that was judged.

httpcore hands over the name of a host and gets a stream. Between the two stands the check, so no second look-up can
lead elsewhere, while TLS still speaks of the name. Waiting is cut into slices, so that a cancel is heard in the middle.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

import httpcore

from reflector_site.outbound.addresses import Policy, check_port, resolve
from reflector_site.outbound.errors import OutboundError, TryAgain

SLICE = 0.25  # seconds between two looks at whether to go on


def _nothing() -> None:
    """The checkpoint of callers that cannot be cancelled."""


@dataclass
class Watch:
    """When waiting must end: at the deadline, or when `checkpoint` raises."""

    deadline: float  # of time.monotonic()
    checkpoint: Callable[[], None] = field(default=_nothing)

    def look(self) -> None:
        self.checkpoint()
        if time.monotonic() > self.deadline:
            raise TryAgain("It took longer than allowed.")

    def slices(self, timeout: float | None) -> Iterable[float]:
        """Pieces of waiting, each short, until `timeout` seconds have passed."""
        end = time.monotonic() + (timeout if timeout is not None else 3600)
        while (left := end - time.monotonic()) > 0:
            self.look()
            yield min(SLICE, left)


class Backend(httpcore.NetworkBackend):
    def __init__(self, policy: Policy, watch: Watch) -> None:
        self._policy = policy
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        check_port(port)
        problem: OSError | None = None
        for address in self._resolve(host, port, timeout):
            try:
                return _Stream(self._connect(address, port, timeout), self._watch)
            except OSError as error:
                problem = error
        raise httpcore.ConnectError(str(problem or "no address")) from problem

    def connect_unix_socket(self, *_: Any, **__: Any) -> NoReturn:
        raise httpcore.ConnectError("Sockets of this machine are not reached.")

    def sleep(self, seconds: float) -> None:
        for _ in self._watch.slices(seconds):
            time.sleep(SLICE)

    def _resolve(self, host: str, port: int, timeout: float | None) -> list[str]:
        """In a thread, since the system's look-up cannot be interrupted."""
        found: list[list[str] | OutboundError] = []

        def look_up() -> None:
            try:
                found.append(resolve(host, port, self._policy))
            except OutboundError as error:
                found.append(error)

        thread = threading.Thread(target=look_up, name=f"resolve {host}", daemon=True)
        thread.start()
        for piece in self._watch.slices(timeout):
            thread.join(piece)
            if found:
                break
        if not found:
            raise httpcore.ConnectTimeout(f"looking up {host}")
        if isinstance(answer := found[0], OutboundError):
            raise answer
        return answer

    def _connect(self, address: str, port: int, timeout: float | None) -> socket.socket:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.setblocking(False)
            opened.connect_ex((address, port))
            _wait(opened, select.POLLOUT, self._watch, timeout)
            _raise_pending(opened)
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            opened.close()
            raise
        return opened


def _raise_pending(opened: socket.socket) -> None:
    """What came of a connection that was begun without waiting."""
    if code := opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(code, os.strerror(code))


def _wait(opened: socket.socket, event: int, watch: Watch, timeout: float | None) -> None:
    """Until the socket can be read or written. Raises TimeoutError."""
    poll = select.poll()
    poll.register(opened, event)
    for piece in watch.slices(timeout):
        if poll.poll(piece * 1000):
            return
    raise TimeoutError


class _Stream(httpcore.NetworkStream):
    def __init__(self, opened: socket.socket, watch: Watch) -> None:
        self._socket = opened
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return bytes(self._until_done(lambda: self._socket.recv(max_bytes), timeout, select.POLLIN))
        except TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        rest = memoryview(buffer)
        try:
            while rest:
                rest = rest[self._until_done(partial(self._socket.send, rest), timeout, select.POLLOUT) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._socket = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            self._until_done(self._socket.do_handshake, timeout, select.POLLIN)
        except BaseException as error:
            self.close()
            if isinstance(error, TimeoutError):
                raise httpcore.ConnectTimeout(str(error)) from error
            if isinstance(error, OSError):  # ssl.SSLError too
                raise httpcore.ConnectError(str(error)) from error
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "server_addr":
            return self._socket.getpeername()
        if info == "is_readable":
            return self._readable()
        return None

    def _readable(self) -> bool:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(0))

    def _until_done(self, attempt: Callable[[], Any], timeout: float | None, event: int) -> Any:
        """Do what may have to wait, on a socket that does not block. TLS may want the other direction first."""
        while True:
            self._watch.look()
            try:
                return attempt()
            except ssl.SSLWantReadError:
                event = select.POLLIN
            except ssl.SSLWantWriteError:
                event = select.POLLOUT
            except BlockingIOError:
                pass
            _wait(self._socket, event, self._watch, timeout)
