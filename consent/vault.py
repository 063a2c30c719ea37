"""The audio vault: the one way to store, open, stream, copy and delete audio.

The row is written before the bytes, so a crash leaves a row to clean up and never an unknown object. Size and SHA-256
are taken while the bytes pass. An object counts once a transaction *adopts* it together with whatever points at it;
what its origin leaves behind without that is erased by `abandon` or, after a crash, by `sweep`.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import shutil
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from .models import AudioKind, AudioObject

logger = logging.getLogger(__name__)

BLOCK = 1 << 20  # bytes read or written at a time
SIGNING_SALT = "consent.vault.url"


class VaultError(Exception):
    """Audio could not be stored or read. The message is a sentence for people, `status` the HTTP status that fits."""

    def __init__(self, message: str, *, status: int, permanent: bool) -> None:
        super().__init__(message)
        self.status = status
        self.permanent = permanent


class TooLarge(VaultError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The audio is larger than {limit / 1e6:g} MB. Send a smaller file, or raise MAX_UPLOAD_SIZE.",
            status=413,
            permanent=True,
        )


class StorageFull(VaultError):
    def __init__(self) -> None:
        super().__init__(
            "The storage is full, so the audio could not be kept. Free some space and try again.",
            status=507,
            permanent=False,
        )


class StorageFailed(VaultError):
    def __init__(self, reason: object) -> None:
        super().__init__(f"The storage did not take the audio ({reason}). Try again.", status=503, permanent=False)


def storage() -> Storage:
    return storages["audio"]


# --- storing


def store(
    source: BinaryIO | Iterable[bytes] | Path,
    *,
    kind: AudioKind,
    transcript_id: uuid.UUID | None,
    extension: str,
    media_type: str,
    origin: str,
    limit: int | None = None,
) -> AudioObject:
    """Store all bytes of `source` and return the measured, not yet adopted object.

    Raises TooLarge beyond `limit` bytes, StorageFull, or StorageFailed; nothing of the object is left then.
    """
    audio = _reserve(kind=kind, transcript_id=transcript_id, extension=extension, media_type=media_type, origin=origin)
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                measured = _write(audio.key, file, limit)
        else:
            measured = _write(audio.key, source, limit)
    except BaseException as error:
        discard(audio)
        raise readable(error) from error
    audio.size, audio.sha256, audio.stored_at = measured.size, measured.digest.hexdigest(), timezone.now()
    audio.save(update_fields=["size", "sha256", "stored_at"])
    _refuse_if_given_up(audio)
    return audio


def copy(audio: AudioObject, *, kind: AudioKind, origin: str) -> AudioObject:
    """A second object with the same bytes."""
    return store(
        stream(audio),
        kind=kind,
        transcript_id=audio.transcript_id,
        extension=audio.key.rpartition(".")[2],
        media_type=audio.media_type,
        origin=origin,
    )


def adopt(audio: AudioObject) -> None:
    """Keep the object: called in the transaction that makes something point at it.

    Raises AudioObject.DoesNotExist when it has been given up in the meantime.
    """
    kept = AudioObject.objects.filter(
        pk=audio.pk, stored_at__isnull=False, erased_at=None, erase_wanted_at=None
    ).update(adopted_at=timezone.now())
    if kept != 1:
        raise AudioObject.DoesNotExist(f"{audio} has been erased.")


def _reserve(
    *, kind: AudioKind, transcript_id: uuid.UUID | None, extension: str, media_type: str, origin: str
) -> AudioObject:
    object_id = uuid.uuid4()
    return AudioObject.objects.create(
        id=object_id,
        kind=kind,
        key=f"{transcript_id or 'unbound'}/{kind}/{object_id}.{extension}",
        media_type=media_type,
        transcript_id=transcript_id,
        origin=origin,
    )


def _refuse_if_given_up(audio: AudioObject) -> None:
    """Erase again what was erased while it was being written: the storage may have finished it only afterwards."""
    given_up = AudioObject.objects.filter(pk=audio.pk, erase_wanted_at__isnull=False)
    if given_up.update(erased_at=None, verified_at=None):
        discard(audio)
        raise VaultError("The audio was given up while it was being stored.", status=409, permanent=True)


class _Measured(File):  # type: ignore[type-arg]  # django-stubs: File is generic over str or bytes only in stubs
    """A file that storage reads from, which counts and digests what passes."""

    def __init__(self, source: BinaryIO | Iterable[bytes], name: str, limit: int | None) -> None:
        super().__init__(None, name)
        self.size = 0
        self.digest = hashlib.sha256()
        self._limit = limit
        self._blocks = _blocks(source)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        wanted = size if size is not None and size >= 0 else None
        parts = [self._rest]
        have = len(self._rest)
        while wanted is None or have < wanted:
            block = next(self._blocks, None)
            if block is None:
                break
            self._take(block)
            parts.append(block)
            have += len(block)
        data = b"".join(parts)
        cut = len(data) if wanted is None else wanted
        self._rest = data[cut:]
        return data[:cut]

    def _take(self, block: bytes) -> None:
        self.size += len(block)
        if self._limit is not None and self.size > self._limit:
            raise TooLarge(self._limit)
        self.digest.update(block)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while block := self.read(chunk_size or BLOCK):
            yield block

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        return True

    def __bool__(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is held open here; the caller owns the source."""


def _blocks(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if hasattr(source, "read"):
        reader = cast(BinaryIO, source)
        return iter(lambda: reader.read(BLOCK), b"")
    return iter(source)


def _write(key: str, source: BinaryIO | Iterable[bytes], limit: int | None) -> _Measured:
    measured = _Measured(source, key, limit)
    saved = storage().save(key, measured)
    if saved != key:
        storage().delete(saved)
        raise StorageFailed(f"the name {key} is taken")
    return measured


def readable(error: BaseException) -> BaseException:
    """What to tell people of an error of storage or disk: the error itself where it speaks to them already."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull()
    if isinstance(error, OSError) or type(error).__module__.startswith(("botocore", "boto3", "s3transfer")):
        return StorageFailed(error)
    return error


# --- reading


def find(transcript_id: uuid.UUID, kind: AudioKind) -> AudioObject | None:
    """The newest live object of that kind."""
    return AudioObject.objects.live().filter(transcript_id=transcript_id, kind=kind).order_by("-created_at").first()


def open_audio(audio: AudioObject) -> BinaryIO:
    """A seekable binary file. Raises VaultError (404) when the object is gone."""
    try:
        return cast(BinaryIO, storage().open(audio.key, "rb"))
    except FileNotFoundError as error:
        raise VaultError("The audio is not in the storage any more.", status=404, permanent=True) from error


def stream(audio: AudioObject, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    """The bytes from `start` up to and including `end`, in blocks."""
    with open_audio(audio) as file:
        file.seek(start)
        left = None if end is None else end - start + 1
        while left is None or left > 0:
            block = file.read(BLOCK if left is None else min(BLOCK, left))
            if not block:
                return
            if left is not None:
                left -= len(block)
            yield block


def local_file(audio: AudioObject, directory: Path) -> Path:
    """A path on this machine: the stored file itself on the filesystem, else a download into `directory`."""
    if isinstance(storage(), FileSystemStorage):
        return Path(storage().path(audio.key))
    target = directory / audio.key.rpartition("/")[2]
    if not target.exists():
        partial = target.with_suffix(f"{target.suffix}.{uuid.uuid4().hex}")
        with open_audio(audio) as source, partial.open("wb") as file:
            shutil.copyfileobj(source, file, BLOCK)
        partial.replace(target)
    return target


def url(audio: AudioObject, *, lifetime: timedelta = timedelta(hours=2)) -> str:
    """A short-lived address for a service to fetch the object: presigned on S3, signed by us on the filesystem."""
    if not isinstance(storage(), FileSystemStorage):
        return str(cast(Any, storage()).url(audio.key, expire=int(lifetime.total_seconds())))
    token = signing.dumps({"audio": str(audio.pk), "for": int(lifetime.total_seconds())}, salt=SIGNING_SALT)
    return settings.BASE_URL + reverse("signed-audio", args=[token])


def from_token(token: str) -> AudioObject | None:
    """The object that a signed address names; None when the token is wrong or too old, or the audio gone."""
    try:
        claim = signing.loads(token, salt=SIGNING_SALT, max_age=timedelta(days=1))
        signing.loads(token, salt=SIGNING_SALT, max_age=claim["for"])
    except signing.BadSignature:
        return None
    return AudioObject.objects.filter(
        pk=claim["audio"], stored_at__isnull=False, erase_wanted_at=None, erased_at=None
    ).first()


# --- erasing


def request_erasure(objects: Iterable[AudioObject]) -> None:
    """Decide in the caller's transaction that the objects go; after commit they are deleted, until it is true."""
    ids = [audio.pk for audio in objects]
    AudioObject.objects.filter(pk__in=ids, erase_wanted_at=None).update(erase_wanted_at=timezone.now())
    transaction.on_commit(lambda: _erase_all(AudioObject.objects.to_erase().filter(pk__in=ids)), robust=True)


def abandon(origin: str) -> None:
    """Erase whatever `origin` wrote and nobody adopted."""
    request_erasure(AudioObject.objects.filter(origin=origin, adopted_at=None, verified_at=None))


def discard(audio: AudioObject) -> None:
    """Erase a half-made object at once. A storage that refuses is asked again by `sweep`."""
    AudioObject.objects.filter(pk=audio.pk, erase_wanted_at=None).update(erase_wanted_at=timezone.now())
    _erase_all(AudioObject.objects.to_erase().filter(pk=audio.pk))


def sweep(*, older_than: timedelta = timedelta(hours=6)) -> int:
    """Ask again for all that should be gone, and give up what a crash left unadopted. Returns how many remain."""
    forgotten = Q(adopted_at=None, erase_wanted_at=None, created_at__lt=timezone.now() - older_than)
    AudioObject.objects.filter(forgotten).update(erase_wanted_at=timezone.now())
    _erase_all(AudioObject.objects.to_erase())
    return AudioObject.objects.to_erase().count()


def _erase_all(objects: Iterable[AudioObject]) -> None:
    for audio in objects:
        _erase(audio)


def _erase(audio: AudioObject) -> None:
    rows = AudioObject.objects.filter(pk=audio.pk)
    try:
        storage().delete(audio.key)
        still_there = storage().exists(audio.key)
    except Exception as error:  # noqa: BLE001 -- any refusal of any storage is recorded and tried again
        rows.update(erase_attempts=F("erase_attempts") + 1, erase_error=str(error)[:500])
        logger.warning("Could not erase %s: %s", audio.key, error)
        return
    now = timezone.now()
    if still_there:
        rows.update(erase_attempts=F("erase_attempts") + 1, erase_error="The storage still has it after the deletion.")
        return
    rows.update(erase_attempts=F("erase_attempts") + 1, erase_error="", erased_at=now, verified_at=now)
