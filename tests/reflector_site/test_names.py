"""What browsers may call the site: hosts and origins from addresses of all kinds."""

from __future__ import annotations

import socket

import psutil
import pytest

from reflector_site import names


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://example.org/a/b?c", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://[::1]:8000/x", "http://[::1]:8000"),
        ("http://me:secret@Example.org", "http://example.org"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert names.origin(url) == origin


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("a.org", "http://a.org:80"),
    ],
)
def test_the_address_of_a_site_is_one_that_can_be_opened(host: str, address: str) -> None:
    assert names.address(host, 80) == address


def allowed(host: str, base_url: str, *, named: str = "", any_name: bool = False) -> list[str]:
    return names.allowed_hosts(named=named, host=host, base_url=base_url, any_name=any_name)


def test_hosts_are_those_named_this_machine_and_that_of_the_address() -> None:
    assert allowed("::1", "http://[fd00::7]:80/x", named="A.org, fd00::8,") == [
        *("a.org", "[fd00::8]", "localhost", "127.0.0.1", "[::1]", "[fd00::7]")
    ]


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_on_every_interface_the_machines_names_and_addresses_are_allowed(host: str) -> None:
    hosts = allowed(host, names.address(host, 80), any_name=True)
    assert host not in hosts
    assert socket.gethostname().lower() in hosts
    cards = psutil.net_if_addrs().values()
    assert {each.address for card in cards for each in card if each.family == socket.AF_INET} <= set(hosts)


def test_whoever_names_the_site_gets_no_other_names() -> None:
    assert allowed("0.0.0.0", "https://a.org") == ["localhost", "127.0.0.1", "[::1]", "a.org"]


@pytest.mark.parametrize("url", ["http://localhost", "http://127.0.1.1:8000", "http://[::1]:8000"])
def test_local_addresses(url: str) -> None:
    assert names.is_local(url)
    assert not names.is_local("http://192.168.1.2:8000")
