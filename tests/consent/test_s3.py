"""The vault on S3: the same promises, kept over real HTTP by a server that speaks S3."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from django.conf import LazySettings
from django.test import Client

from consent import vault
from consent.models import AudioKind, AudioObject
from consent.s3 import BUFFER

CONTENT = bytes(range(256)) * 40_000  # 10 MB: sent in several parts
Store = Callable[..., AudioObject]


def keys(bucket: object) -> list[str]:
    return [item.key for item in bucket.objects.all()]  # type: ignore[attr-defined]


def test_bytes_arrive_measured(bucket: object, store: Store) -> None:
    audio = store(CONTENT)
    assert keys(bucket) == [f"audio/{audio.key}"]
    assert (audio.size, audio.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert b"".join(vault.stream(audio)) == CONTENT


def test_beyond_the_limit_nothing_is_left(bucket: object, store: Store) -> None:
    with pytest.raises(vault.TooLarge):
        store(CONTENT, limit=len(CONTENT) - 1)
    assert keys(bucket) == []
    assert list(bucket.multipart_uploads.all()) == []  # type: ignore[attr-defined]
    assert AudioObject.objects.get().verified_at is not None


def test_a_jump_fetches_only_what_is_read(bucket: object, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    audio = store(CONTENT)
    fetched: list[str] = []
    from consent import s3  # noqa: PLC0415

    original = s3._Ranged.readinto
    monkeypatch.setattr(
        s3._Ranged, "readinto", lambda self, buffer: fetched.append(len(buffer)) or original(self, buffer)
    )
    with vault.open_audio(audio) as file:
        assert file.seek(-5, io.SEEK_END) == len(CONTENT) - 5
        assert file.read() == CONTENT[-5:]
        assert file.read(1) == b""
        file.seek(1000)
        assert (file.read(10), file.tell()) == (CONTENT[1000:1010], 1010)
    assert sum(fetched) <= 3 * BUFFER


def test_ranges_are_served_from_there(bucket: object, store: Store, client: Client) -> None:
    from django.http import HttpRequest  # noqa: PLC0415

    from consent import ranges  # noqa: PLC0415

    audio = store(CONTENT)
    request = HttpRequest()
    request.method = "GET"
    request.META["HTTP_RANGE"] = f"bytes=5000-{5000 + 2 * BUFFER}"
    answer = ranges.serve(request, audio, filename="a.mp3")
    assert answer.status_code == 206
    assert b"".join(answer) == CONTENT[5000 : 5001 + 2 * BUFFER]  # type: ignore[arg-type]


def test_a_service_can_fetch_a_presigned_address(bucket: object, store: Store) -> None:
    audio = store(b"abcdef")
    address = vault.url(audio)
    assert "X-Amz-Signature" in address
    assert httpx.get(address).content == b"abcdef"
    assert httpx.get(address, headers={"Range": "bytes=1-2"}).content == b"bc"


def test_an_engine_gets_a_local_copy_once(bucket: object, store: Store, tmp_path: Path) -> None:
    audio = store(CONTENT)
    path = vault.local_file(audio, tmp_path)
    assert path.read_bytes() == CONTENT
    assert vault.local_file(audio, tmp_path) == path
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.django_db(transaction=True)
def test_erased_means_gone(bucket: object, store: Store) -> None:
    audio = store(b"abcdef")
    vault.adopt(audio)
    vault.request_erasure([audio])
    audio.refresh_from_db()
    assert keys(bucket) == []
    assert audio.verified_at is not None
    with pytest.raises(vault.VaultError, match="not in the storage any more"):
        vault.open_audio(audio)


def test_a_storage_that_is_away_is_a_sentence(
    bucket: object, store: Store, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    options = {**settings.STORAGES["audio"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:9"}
    settings.STORAGES = {**settings.STORAGES, "audio": {**settings.STORAGES["audio"], "OPTIONS": options}}
    with pytest.raises(vault.StorageFailed, match=r"^The storage did not take the audio"):
        store(b"abcdef", kind=AudioKind.UPLOAD)
    audio = AudioObject.objects.get()
    assert (audio.erase_attempts, audio.verified_at) == (1, None)
