"""Which addresses may be reached: every way of writing one that is not public is refused."""

from __future__ import annotations

import ipaddress

import pytest

from reflector_site.outbound.addresses import Policy, check_url, networks, resolve, shown, without_queries
from reflector_site.outbound.errors import Never, TryAgain

NOBODY = Policy()
NOT_PUBLIC = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",  # IPv4-compatible
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::",  # 6to4 of 169.254.169.254
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo, client 192.0.2.45
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "100::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not NOBODY.permits(ipaddress.ip_address(address))
    with pytest.raises(Never, match="not on the public internet"):
        resolve(address, 80, NOBODY)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert NOBODY.permits(ipaddress.ip_address(address))
    assert resolve(address, 80, NOBODY) == [str(ipaddress.ip_address(address))]


def test_allowed_networks_are_reached_in_every_form() -> None:
    policy = Policy(networks("10.0.0.0/8, fd00::/8"))
    for address in ("10.9.8.7", "::ffff:10.9.8.7", "64:ff9b::a09:807", "fd00::7"):
        assert policy.permits(ipaddress.ip_address(address))
    assert not policy.permits(ipaddress.ip_address("192.168.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.mp3",
        "file:///etc/passwd",
        "gopher://example.org",
        "javascript:alert(1)",
        "//example.org/a.mp3",
        "http://user@example.org/",
        "http://user:secret@example.org/",
        "http://example.org:22/",
        "http://example.org:6379x/",
        "http://example.org:99999/",
        "http:///path",
        "http://",
        "http://[::1/",
        "http://exa mple.org/",
        "http://example.org/\n",
        "http://example.org\\@10.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/latest/meta-data/",
        "https://example.org/" + "a" * 2048,
    ],
)
def test_refused_as_it_stands(url: str) -> None:
    with pytest.raises(Never):
        check_url(url, NOBODY)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.mp3",
        "http://example.org:8080/?x=1#t",
        "HTTPS://EXAMPLE.ORG",
        "http://1.1.1.1/",
        "http://münchen.example/ä",
    ],
)
def test_asked(url: str) -> None:
    check_url(url, NOBODY)


def test_a_name_is_judged_by_where_it_leads() -> None:
    with pytest.raises(Never, match="localhost is not on the public internet"):
        resolve("localhost", 80, NOBODY)
    assert "127.0.0.1" in resolve("localhost", 80, Policy(networks("127.0.0.0/8 ::1/128")))


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(2, 1, 6, "", ("8.8.8.8", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answer)
    with pytest.raises(Never):
        resolve("both.example", 80, NOBODY)


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(TryAgain, match=r"There is no server called nobody\.invalid"):
        resolve("nobody.invalid", 80, NOBODY)


def test_what_is_shown_holds_no_secret() -> None:
    assert shown("https://example.org:8443/a/b.mp3?key=secret#part") == "https://example.org:8443/a/b.mp3"
    assert shown("http://[2606:4700::1]/x?y") == "http://[2606:4700::1]/x"


def test_queries_are_taken_out_of_messages() -> None:
    said = """No way to 'https://a.example/x?key=secret', nor to http://b.example:8080/y?z=1#t. Why? See https://c.example/"""
    assert without_queries(said) == (
        "No way to 'https://a.example/x?…', nor to http://b.example:8080/y?… Why? See https://c.example/"
    )
