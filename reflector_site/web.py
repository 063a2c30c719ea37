"""How the web process is started: the one place for `make run`, tests and benchmarks."""

from __future__ import annotations

import sys

#: The C library's own allocator: it can give memory back after thousands of sockets have left (events/memory.py).
ENVIRONMENT = {"PYTHONMALLOC": "malloc"}


def command(host: str, port: int) -> list[str]:
    """The command line of uvicorn. For a site behind a proxy of its own, copy it (docs/operations.md)."""
    return [
        *(sys.executable, "-m", "uvicorn", "reflector_site.asgi:application"),
        *("--host", host, "--port", str(port)),
        *("--ws", "reflector_site.events.direct:DirectSockets"),
        # Frames are encoded once for all sockets; deflating them once per socket would cost more than the bytes do.
        *("--ws-per-message-deflate", "false"),
        *("--ws-max-size", "65536"),  # bytes; clients only send small messages
        *("--ws-ping-interval", "20", "--ws-ping-timeout", "20"),
        # X-Forwarded-For and -Proto are read where TRUSTED_PROXIES says so, and nowhere else.
        "--no-proxy-headers",
        *("--no-access-log", "--log-level", "warning", "--lifespan", "off"),
        *("--timeout-graceful-shutdown", "5"),  # pages hold sockets open for ever
    ]
