"""By which names and addresses browsers may call the site: what follows from BASE_URL, HOST, PORT and ALLOWED_HOSTS."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import psutil

#: HOST for every interface there is: an address to listen on, and no name to be called by.
EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- read, not bound
DEFAULT_PORTS = {"http": 80, "https": 443}


def address(host: str, port: int) -> str:
    """The address of a site that listens there, as seen from this machine."""
    return f"http://{_bracketed(EVERY_INTERFACE.get(host, host))}:{port}"


def origin(url: str) -> str:
    """What a browser sends as `Origin` from there: scheme, host and port, without path and without the usual port."""
    parts = urlsplit(url)
    host = _bracketed(parts.hostname or "")
    return f"{parts.scheme}://{host}" + (
        f":{parts.port}" if parts.port and parts.port != DEFAULT_PORTS[parts.scheme] else ""
    )


def is_origin(text: str) -> bool:
    """Whether a browser could send exactly this as `Origin`."""
    try:
        parts = urlsplit(text)
        return parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and origin(text) == text
    except ValueError:
        return False


def is_local(url: str) -> bool:
    """Whether the address means something else on every machine, so that no other one can use it."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def allowed_hosts(*, named: str, host: str, base_url: str, any_name: bool) -> list[str]:
    """Django's ALLOWED_HOSTS: `named` (separated by commas), this machine, HOST, and the host of BASE_URL.

    `any_name`: nobody has said how people call the site. If it listens on every interface, the machine's own name and
    addresses are allowed then; what else a router or a DNS calls it nobody can know here.
    """
    hosts = [*named.split(","), "localhost", "127.0.0.1", "::1", urlsplit(base_url).hostname or ""]
    if host not in EVERY_INTERFACE:
        hosts.append(host)
    elif any_name:
        hosts += _of_this_machine()
    return list(dict.fromkeys(_bracketed(each.strip().lower()) for each in hosts if each.strip()))


def _of_this_machine() -> list[str]:
    name = socket.gethostname()
    families = (socket.AF_INET, socket.AF_INET6)
    addresses = [each.address for card in psutil.net_if_addrs().values() for each in card if each.family in families]
    # `%eth0` behind an address says which network it is on; browsers do not send it. `.local`: multicast DNS.
    return [name, f"{name.partition('.')[0]}.local", *(each.partition("%")[0] for each in addresses)]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
