"""From which pages a handshake may use the cookies of this site."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from accounts.identity import same_origin
from tests.accounts.handshakes import handshake


@pytest.fixture(autouse=True)
def names(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "reflector.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = [
        "https://trusted.example.net",
        "https://*.example.com",
        "http://port.example.net:81",
    ]
    settings.SESSION_COOKIE_SECURE = False


def asks(origin: str, host: str | None = "reflector.example.org", *, scheme: str = "ws", **headers: str) -> bool:
    more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return same_origin(handshake(headers=(("Origin", origin), *more), host=host, scheme=scheme))


def test_what_is_no_browser_sends_no_origin() -> None:
    assert same_origin(handshake())
    assert same_origin(handshake(host=None))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://reflector.example.org", "reflector.example.org"),
        ("http://reflector.example.org", "reflector.example.org:80"),
        ("https://reflector.example.org", "reflector.example.org"),  # a proxy ends TLS and does not tell
        ("https://reflector.example.org", "reflector.example.org:443"),
        ("http://reflector.example.org", "Reflector.Example.org"),
        ("http://localhost:8000", "localhost:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_of_this_site(origin: str, host: str) -> None:
    assert asks(origin, host)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.example.org",
        "https://reflector.example.org.evil.org",
        "https://evil-reflector.example.org",
        "http://reflector.example.org:8000",
        "https://reflector.example.org:80",
        "http://reflector.example.org:443",
        "file://reflector.example.org",
        "chrome-extension://reflector.example.org",
        "https://reflector.example.org/",
        "https://reflector.example.org/path",
        "https://reflector.example.org?x",
        "https://evil@reflector.example.org",
        "https://reflector.example.org@evil.org",
        "https://reflector.example.org:port",
        "https://[reflector.example.org",
        "//reflector.example.org",
        "reflector.example.org",
        "https://",
    ],
)
def test_pages_of_others(origin: str) -> None:
    assert not asks(origin)


def test_another_port_is_another_site() -> None:
    assert not asks("http://localhost:3000", "localhost:8000")


@pytest.mark.parametrize("host", ["evil.org", "reflector.example.org,evil.org", "evil.org/", None])
def test_a_name_that_is_not_ours(host: str | None) -> None:
    """Names that point here from elsewhere: the origin agrees with the host, and still it is not ours."""
    assert not asks(f"http://{host}", host)
    assert not asks("https://trusted.example.net", host)


def test_two_origins_or_two_hosts() -> None:
    own = ("Origin", "http://reflector.example.org")
    assert not same_origin(handshake(headers=(own, own), host="reflector.example.org"))
    assert not same_origin(handshake(headers=(own, ("Host", "evil.org")), host="reflector.example.org"))


def test_over_tls_a_page_without_it_is_another() -> None:
    assert asks("https://reflector.example.org", scheme="wss")
    assert not asks("http://reflector.example.org", scheme="wss")


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        ("https://reflector.example.org", "reflector.example.org", True),
        ("http://reflector.example.org", "reflector.example.org", False),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
    ],
)
def test_where_cookies_are_for_https(settings: LazySettings, origin: str, host: str, expected: bool) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert asks(origin, host) is expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://trusted.example.net", True),
        ("https://trusted.example.net:443", True),
        ("https://trusted.example.net:8443", False),
        ("http://trusted.example.net", False),
        ("https://sub.trusted.example.net", False),
        ("https://one.example.com", True),
        ("https://one.two.example.com", True),
        ("https://evilexample.com", False),
        ("http://one.example.com", False),
        ("http://port.example.net:81", True),
        ("http://port.example.net", False),
    ],
)
def test_pages_that_are_trusted(origin: str, expected: bool) -> None:
    assert asks(origin) is expected


@pytest.mark.parametrize(
    ("origin", "said", "expected"),
    [
        ("https://reflector.example.org", "https", True),
        ("http://reflector.example.org", "https", False),
        ("http://reflector.example.org", "http", True),
        ("https://reflector.example.org", "http", False),
        ("http://reflector.example.org", None, True),
        ("https://reflector.example.org", None, True),
    ],
)
def test_a_proxy_that_tells_the_scheme(settings: LazySettings, origin: str, said: str | None, expected: bool) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    more = {"X_Forwarded_Proto": said} if said else {}
    assert asks(origin, **more) is expected


def test_a_header_of_a_proxy_counts_only_by_setting(settings: LazySettings) -> None:
    def through(name: str = "X-Forwarded-Host") -> dict[str, Any]:
        headers = (("Origin", "https://reflector.example.org"), (name, "reflector.example.org"))
        return handshake(headers=headers, host="127.0.0.1:8000")

    assert not same_origin(through())
    settings.USE_X_FORWARDED_HOST = True
    assert same_origin(through())
    assert not same_origin(through("X_Forwarded_Host"))
