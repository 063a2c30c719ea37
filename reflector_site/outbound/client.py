"""The one way in which this site asks addresses that people gave: guarded, bounded, and without anything of ours in it.

    with outbound.fetch(url, Bounds(size=1_000_000)) as answer:
        for block in answer.blocks(): …

No proxy of the environment, no cookies, no credentials; redirects are checked like the first address.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx
from django.conf import settings

from reflector_site.outbound.addresses import Policy, check_url, networks, sendable
from reflector_site.outbound.errors import Never, OutboundError, TryAgain
from reflector_site.outbound.network import Backend, Watch

BLOCK = 1 << 16  # bytes
REDIRECTS = (301, 302, 303, 307, 308)
#: Never sent on to another host than the one they were meant for.
PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
USER_AGENT = "Reflector/1.0 (+self-hosted meeting recorder)"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of anything is borne with: bytes of the body (decoded), seconds, redirects."""

    size: int
    seconds: float = 60
    connect: float = 10
    silence: float = 20  # for so long the other side may say nothing
    redirects: int = 5


@dataclass
class Answer:
    """What came back, its body not yet read. `url` is where the redirects led."""

    url: str
    status: int
    headers: Mapping[str, str]
    bounds: Bounds
    _response: httpx.Response = field(repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def media_type(self) -> str:
        """Such as "audio/mpeg", in lower case; "" where the server does not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def length(self) -> int | None:
        """Bytes of the body, where the server says so and nothing is encoded."""
        text = self.headers.get("content-length", "")
        return int(text) if text.isdecimal() and len(text) < 19 and not self._encoding else None

    @property
    def range_start(self) -> int | None:
        """The first byte of a part that was asked for by a Range; None where the answer is whole."""
        return None if (found := self._range()) is None else int(found[1])

    @property
    def whole_length(self) -> int | None:
        """Bytes of all of it, also where this is a part."""
        if (found := self._range()) is None:
            return self.length
        return int(found[2]) if found[2].isdecimal() else None

    @property
    def version(self) -> str:
        """What to name in If-Range, so that no two versions are mixed; "" where the server gives nothing."""
        etag = self.headers.get("etag", "")
        return etag if etag and not etag.startswith("W/") else self.headers.get("last-modified", "")

    @property
    def resumable(self) -> bool:
        """Whether the rest can be asked for when the connection is cut."""
        ranges = self.status == 206 or self.headers.get("accept-ranges", "").lower() == "bytes"
        return ranges and not self._encoding and bool(self.version or self.whole_length)

    def _range(self) -> re.Match[str] | None:
        if self.status != 206:
            return None
        return re.fullmatch(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", self.headers.get("content-range", "").strip())

    @property
    def _encoding(self) -> str:
        encoding = self.headers.get("content-encoding", "").strip().lower()
        return "" if encoding == "identity" else encoding

    def require_success(self) -> None:
        """Raise the OutboundError that fits a status outside 200 to 299."""
        if not 200 <= self.status < 300:
            raise _problem(self.host, self.status)

    def blocks(self) -> Iterator[bytes]:
        """The body, piece by piece. Raises Never beyond the size, TryAgain when the connection fails."""
        if self.length is not None and self.length > self.bounds.size:
            raise self._too_large()
        count = 0
        with _in_words(self.host):
            for block in self._decoded():
                count += len(block)
                if count > self.bounds.size:
                    raise self._too_large()
                yield block

    def read(self) -> bytes:
        """The whole body: for small ones."""
        return b"".join(self.blocks())

    def _too_large(self) -> Never:
        return Never(f"What {self.host} sends is larger than the {self.bounds.size / 1e6:g} MB that are taken.")

    def _decoded(self) -> Iterator[bytes]:
        """gzip and deflate are unpacked in small pieces, so that a bomb is noticed before it is large."""
        raw = self._response.iter_raw()  # as it comes: no waiting for a full block
        if not self._encoding:
            yield from raw
            return
        if self._encoding not in ("gzip", "x-gzip", "deflate"):
            raise Never(f"{self.host} sends it packed in a way that cannot be read here ({self._encoding[:20]}).")
        unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)
        for packed in raw:
            rest = packed
            while rest:
                try:
                    yield unpack.decompress(rest, BLOCK)
                except zlib.error:
                    raise Never(f"What {self.host} sends is packed, and damaged.") from None
                rest = unpack.unconsumed_tail


def policy() -> Policy:
    """What this site's owner allows."""
    return Policy(networks(settings.OUTBOUND_ALLOW_NETWORKS))


def check(url: str) -> None:
    """Raise Never where it shows without the network that the address will not be asked."""
    check_url(url, policy())


@contextmanager
def fetch(
    url: str,
    bounds: Bounds,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    checkpoint: Callable[[], None] | None = None,
) -> Iterator[Answer]:
    """Ask, follow redirects, and give the answer, whatever its status.

    `checkpoint()` is called a few times a second while it waits; what it raises comes out. Raises OutboundError.
    """
    watch = Watch(time.monotonic() + bounds.seconds, checkpoint or (lambda: None))
    rules = policy()
    with _client(rules, watch, bounds) as client:
        sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity", **(headers or {})}
        response = _follow(client, rules, bounds, _Hop(method, url, sent, content))
        try:
            yield Answer(str(response.url), response.status_code, response.headers, bounds, response)
        finally:
            response.close()


def _client(rules: Policy, watch: Watch, bounds: Bounds) -> httpx.Client:
    transport = httpx.HTTPTransport()
    transport._pool = httpcore.ConnectionPool(  # noqa: SLF001 -- httpx has no door for a network backend
        ssl_context=httpx.create_ssl_context(), network_backend=Backend(rules, watch), max_connections=1
    )
    timeout = httpx.Timeout(bounds.silence, connect=bounds.connect)
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.Client(
        transport=transport, timeout=timeout, trust_env=False, follow_redirects=False, cookies=no_cookies
    )


@dataclass(frozen=True, slots=True)
class _Hop:
    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None

    def next(self, response: httpx.Response) -> _Hop:
        target = urljoin(self.url, response.headers["location"])
        headers = dict(self.headers)
        if _origin(target) != _origin(self.url):
            headers = {name: value for name, value in headers.items() if name.lower() not in PRIVATE_HEADERS}
        if response.status_code in (307, 308) or self.method in ("GET", "HEAD"):
            return _Hop(self.method, target, headers, self.content)
        return _Hop("GET", target, headers, None)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _follow(client: httpx.Client, rules: Policy, bounds: Bounds, hop: _Hop) -> httpx.Response:
    for _ in range(bounds.redirects + 1):
        host = check_url(hop.url, rules).hostname or ""
        with _in_words(host):
            request = client.build_request(
                hop.method, sendable(hop.url), headers=dict(hop.headers), content=hop.content
            )
            response = client.send(request, stream=True)
        if response.status_code not in REDIRECTS or "location" not in response.headers:
            return response
        response.close()
        hop = hop.next(response)
    raise Never(f"The address redirects more than {bounds.redirects} times.")


@contextmanager
def _in_words(host: str) -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException:
        raise TryAgain(f"{host} gave no answer in time.") from None
    except httpx.ConnectError as error:
        raise TryAgain(f"No connection to {host} could be made ({_reason(error)}).") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise TryAgain(f"The connection to {host} was cut, or its answer is not one ({_reason(error)}).") from error


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120]


def _problem(host: str, status: int) -> OutboundError:
    if status in (401, 403):
        return Never(f"{host} does not give it out without permission ({status}).", status=status)
    if status in (404, 410):
        return Never(f"There is nothing at this address of {host} ({status}).", status=status)
    if status in (408, 425, 429) or status >= 500:
        return TryAgain(f"{host} cannot give it out now ({status}).", status=status)
    return Never(f"{host} refuses to give it out ({status}).", status=status)
