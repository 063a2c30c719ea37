"""HTTP ranges (RFC 9110 section 14) over stored audio, for clients of both kinds of server."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import AsyncClient, Client
from hypothesis import given
from hypothesis import strategies as st

from consent import vault
from consent.models import AudioObject
from consent.ranges import ByteRange, Unsatisfiable, byte_range

Store = Callable[..., AudioObject]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("bytes=0-0", ByteRange(0, 0)),
        ("bytes=0-99", ByteRange(0, 99)),
        ("bytes=99-", ByteRange(99, 99)),
        ("bytes=10-", ByteRange(10, 99)),
        ("bytes=10-1000", ByteRange(10, 99)),
        ("bytes=-1", ByteRange(99, 99)),
        ("bytes=-1000", ByteRange(0, 99)),
        ("Bytes = 5-6", ByteRange(5, 6)),
        ("bytes=0-1,5-6", None),
        ("seconds=0-1", None),
    ],
)
def test_what_a_header_asks_for(header: str, expected: ByteRange | None) -> None:
    assert byte_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=6-5", "bytes=-0", "bytes=-", "bytes=", "bytes=a-b", "bytes=1"])
def test_what_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        byte_range(header, 100)


@given(st.text(alphabet="bytes=0123456789-, ", max_size=30), st.integers(0, 200))
def test_every_range_lies_within_the_file(header: str, size: int) -> None:
    try:
        found = byte_range(header, size)
    except Unsatisfiable:
        return
    assert found is None or 0 <= found.start <= found.end < size


@pytest.fixture
def address(store: Store) -> str:
    """The signed address of ten bytes."""
    return vault.url(store()).removeprefix("http://127.0.0.1:8000")


def test_the_whole(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, b"".join(answer)) == (200, b"0123456789")
    assert {name: answer[name] for name in ("Content-Type", "Content-Length", "Accept-Ranges", "Cache-Control")} == {
        "Content-Type": "audio/mpeg",
        "Content-Length": "10",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }


def test_a_part(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Range": "bytes=-3"})
    assert (answer.status_code, b"".join(answer)) == (206, b"789")
    assert (answer["Content-Range"], answer["Content-Length"]) == ("bytes 7-9/10", "3")


def test_outside(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Range": "bytes=10-"})
    assert (answer.status_code, answer["Content-Range"], answer.content) == (416, "bytes */10", b"")


def test_head_has_the_headers_and_ignores_ranges(client: Client, address: str) -> None:
    answer = client.head(address, headers={"Range": "bytes=2-3"})
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, "10", b"")


def test_a_client_that_has_it_gets_nothing_again(client: Client, address: str) -> None:
    etag = client.head(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_part_of_something_else_becomes_the_whole(client: Client, address: str) -> None:
    etag = client.head(address)["ETag"]
    answers = [client.get(address, headers={"Range": "bytes=0-1", "If-Range": tag}) for tag in (etag, '"other"')]
    assert [(answer.status_code, b"".join(answer)) for answer in answers] == [(206, b"01"), (200, b"0123456789")]


@pytest.mark.django_db(transaction=True)
async def test_under_asgi_blocks_come_from_threads(store: Store) -> None:
    from asgiref.sync import sync_to_async  # noqa: PLC0415

    content = bytes(2 * vault.BLOCK + 5)
    audio = await sync_to_async(store)(content)
    address = vault.url(audio).removeprefix("http://127.0.0.1:8000")
    answer = await AsyncClient().get(address, headers={"Range": "bytes=1-"})
    assert answer.status_code == 206
    assert answer.is_async
    blocks = [block async for block in answer]
    assert b"".join(blocks) == content[1:]
    assert max(map(len, blocks)) == vault.BLOCK


# --- signed addresses


def test_a_wrong_address_is_not_found(client: Client, address: str) -> None:
    answer = client.get(address[:-2])
    assert answer.status_code == 404
    assert answer.json() == {"detail": "This address is not valid, or not valid any more."}


def test_an_address_ends_with_its_lifetime(client: Client, store: Store) -> None:
    address = vault.url(store(), lifetime=timedelta(seconds=0)).removeprefix("http://127.0.0.1:8000")
    time.sleep(1.1)
    assert client.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_an_address_ends_with_its_object(client: Client, store: Store) -> None:
    audio = store()
    address = vault.url(audio).removeprefix("http://127.0.0.1:8000")
    vault.request_erasure([audio])
    assert client.get(address).status_code == 404


def test_an_object_that_the_storage_lost_is_not_found(client: Client, store: Store) -> None:
    audio = store()
    vault.storage().delete(audio.key)
    answer = client.get(vault.url(audio).removeprefix("http://127.0.0.1:8000"))
    assert (answer.status_code, answer.json()) == (404, {"detail": "The audio is not in the storage any more."})


def test_nothing_can_be_written_there(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
