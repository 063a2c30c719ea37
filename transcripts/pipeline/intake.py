"""How an uploaded file gets in: pieces in any order, put together, looked at, and handed to a run."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from consent import vault
from consent.joined import JoinedAudio
from consent.models import AudioKind, AudioObject
from transcripts.domain import snapshot
from transcripts.domain.delete import delete_runs
from transcripts.domain.locks import lock_with_runs
from transcripts.domain.status import set_status
from transcripts.enums import SourceKind, TranscriptStatus
from transcripts.events import Updated, announce
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
    """Keep one piece (counted from 0). When it was the last one missing, the file is looked at and processed.

    A piece may come twice: the later one counts. One that comes again after the file was complete, because the answer
    got lost, gets the same answer. Raises UploadRefused, or the vault's errors when storage fails.
    """
    _check_numbers(number, total)
    piece = vault.store(
        content,
        kind=AudioKind.CHUNK,
        transcript_id=transcript.pk,
        extension="part",
        media_type="application/octet-stream",
        origin=f"upload:{transcript.pk}:{number}:{uuid.uuid4()}",  # it may be coming in twice at once
        limit=settings.MAX_UPLOAD_SIZE,
    )
    try:
        if run := _finished_with(transcript, number, total, piece):
            return Received(total, list(range(total)), run)
        try:
            upload = _open_upload(transcript, total)
            _keep(upload, number, piece)
            received = list(upload.chunks.values_list("number", flat=True))
            return Received(total, received, _complete(upload) if len(received) == total else None)
        except (UploadRefused, vault.VaultError):
            if run := _finished_with(transcript, number, total, piece):  # by another request, just now
                return Received(total, list(range(total)), run)
            raise
    finally:
        vault.abandon(piece.origin)


def progress(transcript: Transcript) -> Received | None:
    """Which pieces of the open upload are here; None when none is open."""
    upload = transcript.uploads.filter(finished_at=None, live=None).first()
    if upload is None:
        return None
    return Received(upload.total_chunks, list(upload.chunks.values_list("number", flat=True)))


def give_up(transcript: Transcript) -> bool:
    """Forget the open upload and its pieces, to begin anew. False when none was open."""
    with transaction.atomic():
        upload = transcript.uploads.select_for_update().filter(finished_at=None).first()
        if upload is None or hasattr(upload, "live"):
            return False
        _drop(upload)
    return True


def receive_file(transcript: Transcript, content: BinaryIO) -> Run:
    """A whole file at once."""
    received = receive_chunk(transcript, number=0, total=1, content=content)
    assert received.run is not None
    return received.run


def sweep() -> int:
    """Give up uploads that nobody went on with for UPLOAD_PATIENCE. Returns how many."""
    stale = timezone.now() - timedelta(seconds=settings.UPLOAD_PATIENCE)
    waiting = Upload.objects.filter(finished_at=None, live=None, created_at__lt=stale)
    quiet = waiting.exclude(chunks__audio__created_at__gte=stale).select_related("transcript")
    return sum(give_up(upload.transcript) for upload in quiet)


def _finished_with(transcript: Transcript, number: int, total: int, piece: AudioObject) -> Run | None:
    """The newest run, when the last upload was completed with these very bytes in this place."""
    last = transcript.uploads.order_by("-created_at").first()
    if last is None or last.finished_at is None or last.total_chunks != total:
        return None
    same = last.chunks.filter(number=number, audio__sha256=piece.sha256, audio__size=piece.size)
    return runs.processings(transcript).first() if same.exists() else None


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
        _refuse_while_busy(transcript)
        if transcript.status == TranscriptStatus.RECORDING:
            raise UploadRefused("The transcript is being recorded. Stop that first.", status=409)
        upload, _ = Upload.objects.get_or_create(
            transcript=transcript, finished_at=None, defaults={"total_chunks": total}
        )
        if upload.total_chunks != total and upload.chunks.exists():
            raise UploadRefused("There is already an upload in progress")  # the words that clients know
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
    """Look whether the pieces make something with sound, and start.

    What is not media is refused here, with its pieces erased, so that the sender can try another file at once.
    Putting the pieces together is the run's first step: for gigabytes that takes longer than a request should.
    """
    pieces = _pieces(upload)
    try:
        with io.BufferedReader(JoinedAudio(pieces), vault.BLOCK) as file:
            media = audio.probe(file)
    except (audio.MediaError, vault.VaultError) as error:
        if _pieces(upload) != pieces:  # one was replaced while we looked, and the old one was gone
            return _complete(upload)
        if isinstance(error, vault.VaultError):
            raise
        with transaction.atomic():
            _drop(_still_open(upload))
        raise UploadRefused(str(error)) from error
    return _take(upload, media)


def _take(upload: Upload, media: audio.MediaInfo) -> Run:
    """Two requests may both bring a last piece; the first to commit wins."""
    with transaction.atomic():
        transcript = lock_with_runs(upload.transcript_id)
        if transcript is None:
            raise UploadRefused("The transcript was deleted in the meantime.", status=404)
        locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
        if locked is None:
            raise UploadRefused("The upload was given up in the meantime.", status=409)
        if locked.finished_at is not None and (run := runs.processings(transcript).first()):
            return run
        _refuse_while_busy(transcript)
        settle(transcript, locked, mime=media.mime)
        Transcript.objects.filter(pk=transcript.pk).update(
            source_kind=SourceKind.FILE, audio_deleted=None, source_url=""
        )
        delete_runs(transcript)
        snapshot.clear(transcript)
        if transcript.source_url:  # it was to come from a link
            announce(transcript, Updated(fields=["source", "captions"]))
        set_status(transcript, TranscriptStatus.UPLOADED)
        return runs.process(transcript)


def settle(transcript: Transcript, upload: Upload, *, mime: str) -> None:
    """The pieces are the transcript's audio from now on, instead of what it had. The caller has locked all of it."""
    kept = [piece.pk for piece in _pieces(upload)]
    vault.request_erasure(AudioObject.objects.live().filter(transcript_id=transcript.pk).exclude(pk__in=kept))
    if len(kept) == 1:  # it is whole already
        AudioObject.objects.filter(pk=kept[0]).update(kind=AudioKind.UPLOAD, media_type=mime)
    transcript.uploads.exclude(pk=upload.pk).delete()
    upload.finished_at = timezone.now()
    upload.save(update_fields=["finished_at"])


def _pieces(upload: Upload) -> Sequence[AudioObject]:
    return list(AudioObject.objects.filter(uploadchunk__upload=upload).order_by("uploadchunk__number"))


def _refuse_while_busy(transcript: Transcript) -> None:
    if runs.active_run(transcript) is not None:
        raise UploadRefused("The transcript is being processed. Cancel that first.", status=409)


def _still_open(upload: Upload) -> Upload:
    locked = Upload.objects.select_for_update().filter(pk=upload.pk, finished_at=None).first()
    if locked is None:
        raise UploadRefused("The upload was completed by another request.", status=409)
    return locked


def _drop(upload: Upload) -> None:
    pieces = list(AudioObject.objects.filter(uploadchunk__upload=upload))
    upload.delete()
    vault.request_erasure(pieces)
