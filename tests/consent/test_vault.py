"""The vault on the filesystem: what it stores, what it refuses, and that erased means gone."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from consent import vault
from consent.models import AudioKind, AudioObject

Store = Callable[..., AudioObject]
Files = Callable[[], list[str]]


def use(settings: LazySettings, audio_dir: Path, backend: str) -> None:
    storage = {"BACKEND": f"tests.storages.{backend}", "OPTIONS": {"location": audio_dir}}
    settings.STORAGES = {**settings.STORAGES, "audio": storage}


# --- storing


@pytest.mark.parametrize("size", [0, 1, vault.BLOCK - 1, vault.BLOCK, vault.BLOCK + 1, 3 * vault.BLOCK + 7])
def test_size_and_digest_are_those_of_the_bytes(store: Store, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    audio = store(content)
    audio.refresh_from_db()
    assert (audio.size, audio.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert b"".join(vault.stream(audio)) == content


def test_stores_from_a_path_and_from_pieces(db: None, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"abcdef")
    described = {
        "kind": AudioKind.ENGINE, "transcript_id": None, "extension": "wav", "media_type": "audio/wav", "origin": "t",
    }  # fmt: skip
    from_path = vault.store(tmp_path / "a.wav", **described)
    from_pieces = vault.store(iter([b"ab", b"", b"cdef"]), **described)
    assert from_path.sha256 == from_pieces.sha256 == hashlib.sha256(b"abcdef").hexdigest()


def test_the_row_stands_before_the_bytes(db: None) -> None:
    def pieces() -> Iterator[bytes]:
        audio = AudioObject.objects.get()
        assert (audio.stored_at, audio.adopted_at, audio.size) == (None, None, None)
        yield b"abc"

    vault.store(pieces(), kind=AudioKind.UPLOAD, transcript_id=None, extension="bin", media_type="x/y", origin="test")


def test_the_limit_is_exact(store: Store, stored_files: Files) -> None:
    assert store(b"x" * 100, limit=100).size == 100
    with pytest.raises(vault.TooLarge, match=r"^The audio is larger than 2 MB\."):
        store(b"x" * 2_000_001, limit=2_000_000)
    assert len(stored_files()) == 1
    assert AudioObject.objects.filter(verified_at=None).count() == 1


def test_a_source_that_breaks_off_leaves_nothing(db: None, stored_files: Files) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"abc"
        raise RuntimeError("the sender went away")

    with pytest.raises(RuntimeError):
        vault.store(pieces(), kind=AudioKind.UPLOAD, transcript_id=None, extension="bin", media_type="x/y", origin="t")
    assert stored_files() == []
    assert AudioObject.objects.get().verified_at is not None


def test_a_full_disk_leaves_nothing(store: Store, settings: LazySettings, audio_dir: Path, stored_files: Files) -> None:
    use(settings, audio_dir, "Full")
    with pytest.raises(vault.StorageFull) as refused:
        store(b"x" * 100)
    assert (refused.value.status, refused.value.permanent) == (507, False)
    assert stored_files() == []
    assert AudioObject.objects.get().verified_at is not None


def test_a_copy_has_the_same_bytes(store: Store) -> None:
    audio = store(b"abcdef")
    copied = vault.copy(audio, kind=AudioKind.SHARD, origin="test:2")
    assert (copied.sha256, copied.size) == (audio.sha256, audio.size)
    assert copied.key != audio.key


# --- adopting and abandoning


def test_only_what_is_adopted_is_live(store: Store) -> None:
    audio = store()
    assert not AudioObject.objects.live().exists()
    vault.adopt(audio)
    assert AudioObject.objects.live().get() == audio


@pytest.mark.django_db(transaction=True)
def test_abandoning_an_origin_spares_what_was_adopted(store: Store, stored_files: Files) -> None:
    kept, given_up, others = store(), store(), store(origin="test:10")
    vault.adopt(kept)
    vault.abandon("test:1")
    assert stored_files() == sorted([kept.key, others.key])
    given_up.refresh_from_db()
    assert given_up.verified_at is not None
    with pytest.raises(AudioObject.DoesNotExist):
        vault.adopt(given_up)


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_rolled_back_erases_nothing(store: Store, stored_files: Files) -> None:
    audio = store()
    vault.adopt(audio)
    with transaction.atomic():
        vault.request_erasure([audio])
        transaction.set_rollback(True)
    assert stored_files() == [audio.key]
    assert AudioObject.objects.live().get() == audio


# --- erasing


@pytest.mark.django_db(transaction=True)
def test_erased_means_that_the_storage_says_so(store: Store, stored_files: Files) -> None:
    audio = store()
    vault.adopt(audio)
    vault.request_erasure([audio])
    audio.refresh_from_db()
    assert stored_files() == []
    assert audio.erased_at is not None
    assert audio.verified_at is not None
    assert audio.erase_attempts == 1
    with pytest.raises(vault.VaultError, match="not in the storage any more"):
        vault.open_audio(audio)


@pytest.mark.parametrize(
    ("backend", "error"),
    [("Keeping", "The storage still has it after the deletion."), ("Refusing", "[Errno 13] Permission denied")],
)
@pytest.mark.django_db(transaction=True)
def test_a_storage_that_does_not_delete_is_asked_until_it_does(
    store: Store, settings: LazySettings, audio_dir: Path, stored_files: Files, backend: str, error: str
) -> None:
    working = settings.STORAGES
    audio = store()
    vault.adopt(audio)
    use(settings, audio_dir, backend)
    vault.request_erasure([audio])
    assert vault.sweep() == 1
    audio.refresh_from_db()
    assert (audio.erase_attempts, audio.erase_error, audio.erased_at, audio.verified_at) == (2, error, None, None)
    assert not AudioObject.objects.live().exists()
    settings.STORAGES = working
    assert vault.sweep() == 0
    audio.refresh_from_db()
    assert stored_files() == []
    assert (audio.erase_attempts, audio.erase_error) == (3, "")
    assert audio.verified_at is not None


def test_the_sweep_gives_up_what_a_crash_left(store: Store, stored_files: Files) -> None:
    half_made, fresh, kept = store(), store(), store()
    vault.adopt(kept)
    AudioObject.objects.filter(pk=half_made.pk).update(created_at=timezone.now() - timedelta(hours=7), stored_at=None)
    AudioObject.objects.filter(pk=kept.pk).update(created_at=timezone.now() - timedelta(days=7))
    assert vault.sweep() == 0
    assert stored_files() == sorted([fresh.key, kept.key])


# --- reading


@pytest.mark.parametrize(("start", "end", "expected"), [(0, None, b"0123456789"), (3, 5, b"345"), (9, 9, b"9")])
def test_streams_a_part(store: Store, start: int, end: int | None, expected: bytes) -> None:
    assert b"".join(vault.stream(store(), start, end)) == expected


def test_the_newest_live_object_of_a_kind_is_found(transcript: object, db: None) -> None:
    def stored() -> AudioObject:
        return vault.store(
            io.BytesIO(b"x"),
            kind=AudioKind.PLAYBACK,
            transcript_id=transcript.pk,  # type: ignore[attr-defined]
            extension="mp3",
            media_type="audio/mpeg",
            origin="test",
        )

    first, second, unadopted = stored(), stored(), stored()
    vault.adopt(first)
    vault.adopt(second)
    assert vault.find(transcript.pk, AudioKind.PLAYBACK) == second  # type: ignore[attr-defined]
    assert vault.find(transcript.pk, AudioKind.UPLOAD) is None  # type: ignore[attr-defined]
    assert unadopted.adopted_at is None
