"""Which addresses may be reached on behalf of somebody: public ones, and networks that the site's owner named.

A name says nothing: only the numeric address that is connected to is judged, whatever name led there. Nothing here
needs Django, so that child processes can use it too.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from reflector_site.outbound.errors import Never, TryAgain

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL = 2048
PORTS = {"http": 80, "https": 443}

#: Beside what `is_global` knows: its list differs between versions of Python.
_NEVER_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")
_NEVER_PUBLIC_IPV6 = tuple(
    ipaddress.ip_network(network) for network in ("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48")
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ENDS_IN_A_NUMBER = re.compile(r"(^|\.)(0x[0-9a-f]*|\d+)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Policy:
    """`allowed`: networks that may be reached although they are not public."""

    allowed: tuple[Network, ...] = ()

    def permits(self, address: Address) -> bool:
        """An address that only carries others inside is judged by those."""
        return all(self._permits(each) for each in _inside(address) or (address,))

    def _permits(self, address: Address) -> bool:
        return is_public(address) or any(address in network for network in self.allowed)


def is_public(address: Address) -> bool:
    """Whether it belongs to the public internet. Addresses with another one inside are judged by `Policy.permits`."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NEVER_PUBLIC)
    return (
        address in _PUBLIC_IPV6
        and address.is_global
        and not address.is_multicast
        and not any(address in network for network in _NEVER_PUBLIC_IPV6)
    )


def _inside(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address leads to: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFF_FFFF),)
    return ()


def check_url(url: str, policy: Policy) -> SplitResult:
    """The parts of an address that may be asked for, as far as that shows without the network; else Never."""
    parts = _split(url)
    if parts.scheme not in PORTS:
        raise Never("Only addresses that begin with http:// or https:// can be used.")
    if parts.username is not None or parts.password is not None:
        raise Never("The address must not hold a user name or a password.")
    check_port(parts.port)
    host = parts.hostname or ""
    if not host or "%" in host or (_ENDS_IN_A_NUMBER.search(host) and _literal(host) is None):
        raise Never("The address names no host that can be used.")
    if (address := _literal(host)) is not None and not policy.permits(address):
        raise not_public(host)
    return parts


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL:
        raise Never(f"The address is longer than {LONGEST_URL} characters.")
    if any(character.isspace() or not character.isprintable() for character in url) or "\\" in url:
        raise Never("This is not an address: it holds characters that addresses do not have.")
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname  # read, and so checked
    except ValueError:
        raise Never("This is not an address.") from None
    return parts


def check_port(port: int | None) -> None:
    """Raise Never for ports below 1024, where other services than the web listen; 80 and 443 apart."""
    if port is not None and port not in PORTS.values() and port < 1024:
        raise Never(f"Port {port} cannot be used: only 80, 443 and those from 1024 up.")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def not_public(host: str) -> Never:
    return Never(
        f"{host} is not on the public internet, so it is not asked. "
        "The owner of this site can allow its network (OUTBOUND_ALLOW_NETWORKS)."
    )


def resolve(host: str, port: int, policy: Policy) -> list[str]:
    """The numeric addresses of `host`, all of them checked. Raises Never when one may not be reached, or TryAgain."""
    if (address := _literal(host)) is not None:
        found: Sequence[str] = [str(address)]
    else:
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise TryAgain(f"There is no server called {host}, or its name cannot be looked up now.") from None
        found = list(dict.fromkeys(str(info[4][0]) for info in infos))
    for each in found:
        if not policy.permits(ipaddress.ip_address(each)):
            raise not_public(host)
    return list(found)


def networks(text: str) -> tuple[Network, ...]:
    """From "10.1.0.0/16, fd00::/8". Raises ValueError."""
    return tuple(_networks(text))


def _networks(text: str) -> Iterator[Network]:
    for each in text.replace(",", " ").split():
        yield ipaddress.ip_network(each)


def shown(url: str) -> str:
    """Host and path of an address: what may be shown to anybody, since secrets stand in queries."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path, "", ""))


def without_queries(text: str) -> str:
    """A message or a traceback with the queries of all addresses in it taken out."""
    return re.sub(r"(https?://[^\s?'\"]*)\?[^\s'\"]*", r"\1?…", text)


def sendable(url: str) -> str:
    """The address with everything percent-encoded that a request line cannot carry; no fragment."""
    parts = urlsplit(url)
    keep = "%/:=&?~#+!$,;'@()*[]"
    return urlunsplit((parts.scheme, parts.netloc, quote(parts.path, safe=keep), quote(parts.query, safe=keep), ""))
