"""Keeps a process from reaching what it should not: the same rule as the guarded client, below every library.

An audit hook sees each connection in the interpreter itself, whichever library makes it, with the numeric address that
is about to be connected to; so there is nothing to go around and no moment between check and use. A hook cannot be
taken away again. Programs are not started either.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

from reflector_site.outbound.addresses import Policy, check_port, not_public
from reflector_site.outbound.errors import Never

_PROGRAMS = frozenset(
    {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.spawn"}
)
_SENDING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"})


class Guard:
    """Once made, it holds for the rest of this process. `refused` says why the last refusal was one."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.refused = ""
        sys.addaudithook(self._look)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _PROGRAMS:
            raise PermissionError("No program is started here.")
        if event in _SENDING and (address := arguments[1]) is not None:
            self._judge(event, address)

    def _judge(self, event: str, address: Any) -> None:
        if event != "socket.connect" or not isinstance(address, tuple):
            raise PermissionError("Only connections to web servers are made here.")
        try:
            check_port(address[1])
            if not self._policy.permits(ipaddress.ip_address(address[0])):
                raise not_public(str(address[0]))
        except ValueError:
            raise PermissionError(f"{address[0]!r} is no numeric address.") from None
        except Never as error:
            self.refused = str(error)
            raise PermissionError(str(error)) from None
