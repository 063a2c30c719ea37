"""How an uploaded file gets in: pieces in any order, put together, looked at, and handed to a run."""

from __future__ import annotations

import io
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from consent import vault
from consent.joined import JoinedAudio
from consent.models import AudioKind, AudioObject
from transcripts.domain import snapshot
from transcripts.domain.status import set_status
from transcripts.enums import SourceKind, TranscriptStatus
from transcripts.models import Run, Transcript, Upload, UploadChunk
from transcripts.pipeline import audio, runs

MAX_CHUNKS = 100_000


class UploadRefused(Exception):
    """The piece or the file cannot be taken; the message says why, `status` is the HTTP status that fits."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Received:
    """Where an upload stands: `run` is set when the file is complete and its processing has begun."""

    total_chunks: int
    received: list[int]
    run: Run | None = None


def receive_chunk(transcript: Transcript, *, number: int, total: int, content: BinaryIO) -> Received:
    """Keep one piece (counted from 0). With the last one missing the file is put together and processed.

    A piece may come twice: the later one counts. Raises UploadRefused, or the vault's errors when storage fails.
    """
    _check_numbers(number, total)
    upload = _open_upload(transcript, total)
    piece = vault.store(
        content,
        kind=AudioKind.CHUNK,
        transcript_id=transcript.pk,
        extension="part",
        media_type="application/octet-stream",
        origin=f"upload:{upload.pk}:{number}",
        limit=settings.MAX_UPLOAD_SIZE,
    )
    try:
        _keep(upload, number, piece)
        received = list(upload.chunks.values_list("number", flat=True))
        if len(received) < total:
            return Received(total, received)
        return Received(total, received, _complete(upload))
    finally:
        vault.abandon(piece.origin)


def progress(transcript: Transcript) -> Received | None:
    """Which pieces of the open upload are here; None when none is open."""
    upload = transcript.uploads.filter(finished_at=None).first()
    if upload is None:
        return None
    return Received(upload.total_chunks, list(upload.chunks.values_list("number", flat=True)))


def give_up(transcript: Transcript) -> bool:
    """Forget the open upload and its pieces, to begin anew. False when none was open."""
    with transaction.atomic():
        upload = transcript.uploads.select_for_update().filter(finished_at=None).first()
        if upload is None:
            return False
        _drop(upload)
    return True


def receive_file(transcript: Transcript, content: BinaryIO) -> Run:
    """A whole file at once."""
    received = receive_chunk(transcript, number=0, total=1, content=content)
    assert received.run is not None
    return received.run


def _check_numbers(number: int, total: int) -> None:
    if not 1 <= total <= MAX_CHUNKS:
        raise UploadRefused(f"total_chunks must be between 1 and {MAX_CHUNKS}.")
    if not 0 <= number < total:
        raise UploadRefused(f"chunk_number must be between 0 and {total - 1}: it counts from 0 up to total_chunks - 1.")


def _open_upload(transcript: Transcript, total: int) -> Upload:
    with transaction.atomic():
        transcript = Transcript.objects.select_for_update().get(pk=transcript.pk)
        if transcript.locked:
            raise UploadRefused("Transcript is locked")
        if runs.active_run(transcript) is not None:
            raise UploadRefused("The transcript is being processed. Cancel that first.", status=409)
        upload, _ = Upload.objects.get_or_create(
            transcript=transcript, finished_at=None, defaults={"total_chunks": total}
        )
        if upload.total_chunks != total and upload.chunks.exists():
            raise UploadRefused(
                f"There is already an upload in progress, in {upload.total_chunks} pieces. "
                f"Go on with it, or give it up first (DELETE).",
                status=409,
            )
        if upload.total_chunks != total:
            upload.total_chunks = total
            upload.save(update_fields=["total_chunks"])
    return upload


def _keep(upload: Upload, number: int, piece: AudioObject) -> None:
    with transaction.atomic():
        locked = Upload.objects.select_for_update().filter(pk=upload.pk, finished_at=None).first()
        if locked is None:
            raise UploadRefused("The upload was completed or given up in the meantime.", status=409)
        _check_size(locked, number, piece)
        old = list(AudioObject.objects.filter(uploadchunk__upload=locked, uploadchunk__number=number))
        UploadChunk.objects.update_or_create(upload=locked, number=number, defaults={"audio": piece})
        vault.adopt(piece)
        vault.request_erasure(old)


def _check_size(upload: Upload, number: int, piece: AudioObject) -> None:
    others = upload.chunks.exclude(number=number).aggregate(size=Sum("audio__size"))["size"] or 0
    if others + (piece.size or 0) > settings.MAX_UPLOAD_SIZE:
        raise vault.TooLarge(settings.MAX_UPLOAD_SIZE)


def _complete(upload: Upload) -> Run:
    """Put the pieces together, look whether it is something with sound, and start.

    What is not media is refused here, with its pieces erased, so that the sender can try another file at once. Two
    requests that both bring a last piece put the file together twice; the first to commit wins.
    """
    pieces = list(AudioObject.objects.filter(uploadchunk__upload=upload).order_by("uploadchunk__number"))
    media = _look_at(upload, pieces)
    whole = vault.store(
        itertools.chain.from_iterable(map(vault.stream, pieces)),
        kind=AudioKind.UPLOAD,
        transcript_id=upload.transcript_id,
        extension=media.extension,
        media_type=media.mime,
        origin=f"assembly:{upload.pk}:{uuid.uuid4()}",
        limit=settings.MAX_UPLOAD_SIZE,
    )
    try:
        return _take(upload, whole)
    finally:
        vault.abandon(whole.origin)


def _look_at(upload: Upload, pieces: Sequence[AudioObject]) -> audio.MediaInfo:
    try:
        with io.BufferedReader(JoinedAudio(pieces), vault.BLOCK) as file:
            return audio.probe(file)
    except audio.MediaError as error:
        with transaction.atomic():
            _drop(upload)
        raise UploadRefused(str(error)) from error


def _take(upload: Upload, whole: AudioObject) -> Run:
    with transaction.atomic():
        transcript = Transcript.objects.select_for_update().get(pk=upload.transcript_id)
        locked = Upload.objects.select_for_update().filter(pk=upload.pk, finished_at=None).first()
        if locked is None:
            raise UploadRefused("The upload was completed by another request.", status=409)
        earlier = list(AudioObject.objects.live().filter(transcript_id=transcript.pk).exclude(kind=AudioKind.CHUNK))
        vault.adopt(whole)
        vault.request_erasure(earlier)
        vault.request_erasure(AudioObject.objects.filter(uploadchunk__upload=locked))
        locked.chunks.all().delete()
        locked.finished_at = timezone.now()
        locked.save(update_fields=["finished_at"])
        Transcript.objects.filter(pk=transcript.pk).update(source_kind=SourceKind.FILE, audio_deleted=None)
        transcript.runs.all().delete()
        snapshot.clear(transcript)
        set_status(transcript, TranscriptStatus.UPLOADED)
        return runs.process(transcript)


def _drop(upload: Upload) -> None:
    pieces = list(AudioObject.objects.filter(uploadchunk__upload=upload))
    upload.delete()
    vault.request_erasure(pieces)
