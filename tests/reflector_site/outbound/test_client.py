"""The guarded client against real servers on this machine, which only these tests allow."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import LazySettings

from reflector_site.outbound.client import Answer, Bounds, fetch
from reflector_site.outbound.errors import Never, OutboundError, TryAgain
from tests.peers.server import Reply
from tests.peers.web import WebPeer

SMALL = Bounds(size=1_000_000, seconds=10, connect=2, silence=2)


@pytest.fixture(autouse=True)
def _this_machine_is_allowed(settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW_NETWORKS = "127.0.0.0/8"


@pytest.fixture
def web() -> Iterator[WebPeer]:
    with WebPeer() as peer:
        yield peer


def read(url: str, bounds: Bounds = SMALL, **more: Any) -> bytes:
    with fetch(url, bounds, **more) as answer:
        answer.require_success()
        return answer.read()


def refused(url: str, kind: type[OutboundError] = Never, bounds: Bounds = SMALL, **more: Any) -> str:
    with pytest.raises(kind) as caught:
        read(url, bounds, **more)
    assert url not in str(caught.value)
    return str(caught.value)


# --- what goes out


def test_nothing_of_ours_goes_out(web: WebPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert read(web.add("/a", "hello")) == b"hello"
    sent = web.requests[0].headers
    assert set(sent) == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert sent["accept-encoding"] == "identity"


def test_a_body_and_headers_are_sent(web: WebPeer) -> None:
    url = web.add("/hook", "ok", "text/plain")
    assert read(url, method="POST", content=b"{}", headers={"X-Signature": "s"}) == b"ok"
    assert (web.requests[0].method, web.requests[0].body, web.requests[0].headers["x-signature"]) == (
        "POST",
        b"{}",
        "s",
    )


def test_cookies_are_not_kept(web: WebPeer) -> None:
    web.pages["/first"] = Reply(302, b"", {"Location": "/second", "Set-Cookie": "session=1; Path=/"})
    web.add("/second", "there")
    assert read(f"{web.url}/first") == b"there"
    assert "cookie" not in web.requests[1].headers


# --- where it leads


def test_private_addresses_are_refused(web: WebPeer, settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOW_NETWORKS = ""
    url = web.add("/a", "secret")
    assert "127.0.0.1 is not on the public internet" in refused(url)
    assert "localhost is not on the public internet" in refused(url.replace("127.0.0.1", "localhost"))
    assert web.requests == []


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/", "http://10.0.0.1/", "http://[::1]/", "http://2130706433/", "file:///etc/passwd"],
)
def test_redirects_are_checked_too(web: WebPeer, target: str) -> None:
    refused(web.redirect("/away", target))
    assert len(web.requests) == 1


def test_a_name_cannot_lead_elsewhere_after_the_check(web: WebPeer, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the second look-up would give another address, so there must be none."""
    real, asked = socket.getaddrinfo, []

    def rebind(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port, *rest, **more)

    monkeypatch.setattr("socket.getaddrinfo", rebind)
    url = web.add("/a", "hello").replace("127.0.0.1", "rebind.example")
    assert read(url) == b"hello"
    assert asked == ["rebind.example"]
    assert web.requests[0].headers["host"].startswith("rebind.example:")


def test_some_redirects_are_followed(web: WebPeer) -> None:
    web.add("/end", "there")
    for number in range(5):
        web.redirect(f"/{number}", f"/{number + 1}" if number < 4 else "end")
    with fetch(f"{web.url}/0", SMALL) as answer:
        assert (answer.url, answer.read()) == (f"{web.url}/end", b"there")
    web.redirect("/more", "/0")
    assert "redirects more than 5 times" in refused(f"{web.url}/more")


def test_credentials_stay_with_their_host(web: WebPeer) -> None:
    with WebPeer() as other:
        other.add("/there", "x")
        web.redirect("/here", "/again", 307)
        web.redirect("/again", f"{other.url}/there", 307)
        read(f"{web.url}/here", headers={"Authorization": "Bearer secret", "Cookie": "a=b", "X-Other": "kept"})
        assert [request.headers.get("authorization") for request in web.requests] == ["Bearer secret"] * 2
        assert "authorization" not in other.requests[0].headers
        assert "cookie" not in other.requests[0].headers
        assert other.requests[0].headers["x-other"] == "kept"


# --- how much


def test_a_body_is_bounded(web: WebPeer) -> None:
    url = web.add("/large", b"x" * 1_000_001)
    assert "larger than the 1 MB" in refused(url)
    web.pages["/endless"] = Reply(flow=lambda: iter(lambda: b"x" * 65536, b""))
    assert "larger than the 1 MB" in refused(f"{web.url}/endless")


@pytest.mark.parametrize("packed", [gzip.compress(b"hello"), zlib.compress(b"hello")], ids=["gzip", "zlib"])
def test_packed_bodies_are_unpacked(web: WebPeer, packed: bytes) -> None:
    web.pages["/a"] = Reply(200, packed, {"Content-Encoding": "gzip" if packed[:2] == b"\x1f\x8b" else "deflate"})
    assert read(f"{web.url}/a") == b"hello"


def test_a_bomb_is_noticed_while_it_is_small(web: WebPeer) -> None:
    web.pages["/bomb"] = Reply(200, gzip.compress(b"\0" * 300_000_000), {"Content-Encoding": "gzip"})
    with fetch(f"{web.url}/bomb", SMALL) as answer:
        sizes: list[int] = []
        with pytest.raises(Never, match="larger than"):
            sizes.extend(len(block) for block in answer.blocks())
    assert max(sizes) <= 65536


def test_other_packings_are_refused(web: WebPeer) -> None:
    web.pages["/br"] = Reply(200, b"x", {"Content-Encoding": "br"})
    assert "packed in a way that cannot be read here (br)" in refused(f"{web.url}/br")
    web.pages["/bad"] = Reply(200, b"\x1f\x8b not so", {"Content-Encoding": "gzip"})
    assert "damaged" in refused(f"{web.url}/bad")


# --- how long


def test_a_silent_server(web: WebPeer) -> None:
    def silent(_: object) -> Reply:
        time.sleep(1.5)
        return Reply()

    web.pages["/silent"] = silent
    bounds = Bounds(size=1000, seconds=10, silence=0.5)
    assert "gave no answer in time" in refused(f"{web.url}/silent", TryAgain, bounds)


def test_a_server_that_drips_is_bounded_as_a_whole(web: WebPeer) -> None:
    url = web.slowly("/drip", b"", seconds=0.1)
    begun = time.monotonic()
    assert "longer than allowed" in refused(url, TryAgain, Bounds(size=1000, seconds=1, silence=5))
    assert time.monotonic() - begun < 2


def test_a_checkpoint_is_heard_in_the_middle_of_silence(web: WebPeer) -> None:
    class Stop(Exception):
        pass

    url = web.slowly("/slow", b"", seconds=5)
    stop_at = time.monotonic() + 0.5

    def checkpoint() -> None:
        if time.monotonic() > stop_at:
            raise Stop

    with pytest.raises(Stop):
        read(url, checkpoint=checkpoint)
    assert time.monotonic() - stop_at < 1


def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert "No connection to 127.0.0.1" in refused(f"http://127.0.0.1:{port}/", TryAgain)


def test_a_connection_that_is_cut(web: WebPeer) -> None:
    web.pages["/cut"] = Reply(200, b"x" * 1000, cut_after=500)
    assert "was cut" in refused(f"{web.url}/cut", TryAgain)


@pytest.mark.parametrize(
    "garbage", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n", b"\0" * 200_000]
)
def test_what_is_no_http(garbage: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(garbage)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        refused(f"http://127.0.0.1:{server.getsockname()[1]}/", TryAgain)
        thread.join(5)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Never),
        (403, Never),
        (404, Never),
        (410, Never),
        (418, Never),
        (429, TryAgain),
        (500, TryAgain),
        (503, TryAgain),
    ],
)
def test_statuses(web: WebPeer, status: int, kind: type[OutboundError]) -> None:
    assert str(status) in refused(web.fail("/x", status), kind)


# --- parts


def test_parts_and_versions(web: WebPeer) -> None:
    url = web.recording("/a.mp3", b"0123456789")
    with fetch(url, SMALL) as whole:
        assert (whole.range_start, whole.whole_length, whole.resumable, bool(whole.version)) == (None, 10, True, True)
    with fetch(url, SMALL, headers={"Range": "bytes=4-"}) as part:
        assert (part.status, part.range_start, part.whole_length, part.read()) == (206, 4, 10, b"456789")


# --- TLS


@pytest.fixture
def https(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str | None]]]:
    """A server for the name "localhost", trusted in this test; the names that it was asked for by SNI."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "server.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    (tmp_path / "ca.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    asked: list[str | None] = []
    context.sni_callback = lambda _, name, __: asked.append(name)
    with WebPeer() as peer:
        peer.add("/a", "safe")
        peer._server.socket = context.wrap_socket(peer._server.socket, server_side=True)
        yield peer.url.replace("http://127.0.0.1", "https://localhost"), asked


def test_tls_speaks_of_the_name_and_goes_to_the_checked_address(
    https: tuple[str, list[str | None]], settings: LazySettings
) -> None:
    settings.OUTBOUND_ALLOW_NETWORKS = "127.0.0.0/8, ::1/128"
    url, asked = https
    assert read(f"{url}/a") == b"safe"
    assert asked == ["localhost"]


def test_a_certificate_of_another_name_is_refused(https: tuple[str, list[str | None]]) -> None:
    url, _ = https
    assert "certificate" in refused(url.replace("localhost", "127.0.0.1") + "/a", TryAgain).lower()


def test_a_server_that_never_shakes_hands() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert "no answer in time" in refused(url, TryAgain, Bounds(size=1, seconds=9, connect=0.5))


def test_an_answer_says_what_it_is(web: WebPeer) -> None:
    web.add("/a", "x", "Audio/MPEG; charset=binary")
    with fetch(f"{web.url}/a", SMALL) as answer:
        assert isinstance(answer, Answer)
        assert (answer.media_type, answer.length, answer.host) == ("audio/mpeg", 1, "127.0.0.1")
