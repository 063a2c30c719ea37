"""What of a recording is in the database: taking it up, adding pieces, letting go, ending. Nothing here knows WebRTC.

Locks are taken in the order transcript, upload, recording.
"""

from __future__ import annotations

import logging
import os
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from consent import vault
from consent.models import AudioKind, AudioObject
from transcripts.domain.locks import lock_with_runs
from transcripts.domain.status import set_status
from transcripts.enums import SourceKind, TranscriptStatus
from transcripts.events import Duration, Updated, announce
from transcripts.models import LiveRecording, Transcript, Upload, UploadChunk
from transcripts.pipeline import intake, runs

from . import ogg
from .refusals import Refused

logger = logging.getLogger(__name__)

#: Seconds for which a recorder that is silent still holds its recordings.
LEASE = 10.0
#: Seconds without any sound after which another offer is taken.
QUIET = 3.0
#: Seconds from an offer to the first sound. Until then no other offer is taken.
CONNECTING = 20.0
#: Seconds until the end for a client that said goodbye: it may only be loading its page again.
AFTER_GOODBYE = 10.0
MIME = "audio/ogg"
HOLDER = f"{socket.gethostname()}:{os.getpid()}"


class Lost(Exception):
    """The recording was ended, deleted, or taken up by another recorder."""


class Order(Enum):
    GO_ON = "go on"
    STOP = "stop"
    LOST = "lost"


@dataclass(slots=True)
class Hold:
    """What a recorder needs to know of a recording that it holds. The counts are those of what is kept."""

    transcript_id: uuid.UUID
    upload_id: uuid.UUID
    epoch: int
    serial: int
    pieces: int
    pages: int
    samples: int
    size: int
    away: float | None  # seconds since what is kept was heard; None for a new recording

    @property
    def origin(self) -> str:
        return _origin(self.upload_id, self.epoch)


def _origin(upload_id: uuid.UUID, epoch: int) -> str:
    """The name under which the recorder of that epoch writes audio."""
    return f"live:{upload_id}:{epoch}"


@transaction.atomic
def take_up(transcript_id: uuid.UUID) -> Hold:
    """Begin a recording, or go on with one that has lost its client. Raises Refused."""
    transcript, recording = _openable(transcript_id)
    now = timezone.now()
    if recording is None:
        recording = _begin(transcript, now)
    else:
        vault.abandon(_origin(recording.pk, recording.epoch))  # a piece that a recorder was writing when it died
        recording.epoch += 1
    recording.holder = HOLDER
    recording.held_until = now + timedelta(seconds=LEASE)
    recording.heard_until = now + timedelta(seconds=CONNECTING)
    recording.give_up_at = now + timedelta(seconds=CONNECTING + settings.WEBRTC_GRACE)
    recording.save()
    return Hold(
        transcript_id=transcript.pk,
        upload_id=recording.pk,
        epoch=recording.epoch,
        serial=recording.serial,
        pieces=recording.pieces,
        pages=recording.pages,
        samples=recording.samples,
        size=recording.size,
        away=(now - recording.heard_at).total_seconds() if recording.heard_at else None,
    )


@transaction.atomic
def check(transcript_id: uuid.UUID) -> None:
    """Raise Refused where `take_up` would, for callers who want to know before they trouble a recorder."""
    _openable(transcript_id)


def _openable(transcript_id: uuid.UUID) -> tuple[Transcript, LiveRecording | None]:
    transcript = Transcript.objects.select_for_update().filter(pk=transcript_id).first()
    if transcript is None:
        raise Refused("Transcript not found", 404)
    if transcript.locked:
        raise Refused("Transcript is locked")
    if runs.active_run(transcript) is not None:
        raise Refused("The transcript is being processed. Cancel that first, or make a new transcript.", 409)
    upload = transcript.uploads.select_for_update().filter(finished_at=None).first()
    if upload is None:
        if transcript.status != TranscriptStatus.IDLE or transcript.source_url:
            raise Refused("The transcript has a recording already. Make a new transcript to record again.", 409)
        return transcript, None
    recording = LiveRecording.objects.select_for_update().filter(pk=upload.pk).first()
    if recording is None:
        raise Refused("A file is being uploaded. Finish that, or give it up first (DELETE …/record/upload).", 409)
    if recording.stop_wanted_at is not None:
        raise Refused("The recording is being stopped. Make a new transcript to record again.", 409)
    if recording.heard_until > timezone.now():
        raise Refused("The transcript is being recorded by somebody else, or in another window. Stop that first.", 409)
    return transcript, recording


def _begin(transcript: Transcript, now: datetime) -> LiveRecording:
    upload = Upload.objects.create(transcript=transcript, total_chunks=1)
    if transcript.source_kind != SourceKind.LIVE:
        transcript.source_kind = SourceKind.LIVE
        transcript.save(update_fields=["source_kind", "updated_at"])
    recording = LiveRecording.objects.create(upload=upload, held_until=now, heard_until=now, give_up_at=now)
    set_status(transcript, TranscriptStatus.RECORDING)
    return recording


# --- while it is held


def renew(hold: Hold, *, silent_for: float | None) -> Order:
    """Say that it is still held, and hear what is wanted. `silent_for`: seconds since the last packet, if any came."""
    now = timezone.now()
    held = _held(hold)
    renewed = held.update(held_until=now + timedelta(seconds=LEASE))
    if not renewed:
        return Order.LOST
    if silent_for is not None:
        held.update(
            heard_until=now + timedelta(seconds=QUIET - silent_for),
            give_up_at=now + timedelta(seconds=settings.WEBRTC_GRACE),
        )
    return Order.STOP if held.filter(stop_wanted_at__isnull=False).exists() else Order.GO_ON


def add(hold: Hold, packets: list[bytes], *, silent_for: float) -> None:
    """Keep `packets` as the next piece; a second time, after a failure, it is kept once.

    Raises Lost, the vault's errors, or the database's.
    """
    head = b"" if hold.pages else ogg.head(hold.serial)
    number = hold.pages or ogg.HEAD_PAGES
    pages = ogg.pages(packets, serial=hold.serial, number=number, samples=hold.samples)
    samples = hold.samples + sum(map(ogg.samples_in, packets))
    try:
        piece = vault.store(
            [head, *pages],
            kind=AudioKind.CHUNK,
            transcript_id=hold.transcript_id,
            extension="part",
            media_type=MIME,
            origin=hold.origin,
        )
        size = _keep(hold, piece, pages=number + len(pages), samples=samples, silent_for=silent_for)
    except AudioObject.DoesNotExist as error:
        raise Lost from error
    finally:
        vault.abandon(hold.origin)
    hold.pieces, hold.pages, hold.samples, hold.size = hold.pieces + 1, number + len(pages), samples, size


@transaction.atomic
def _keep(hold: Hold, piece: AudioObject, *, pages: int, samples: int, silent_for: float) -> int:
    """Returns the bytes of all pieces."""
    upload = Upload.objects.select_for_update().filter(pk=hold.upload_id, finished_at=None).first()
    recording = LiveRecording.objects.select_for_update().filter(pk=hold.upload_id, epoch=hold.epoch).first()
    if upload is None or recording is None:
        raise Lost
    if recording.pieces != hold.pieces:  # it was committed, and only the answer got lost
        return recording.size
    UploadChunk.objects.create(upload=upload, number=recording.pieces, audio=piece)
    vault.adopt(piece)
    now = timezone.now()
    is_first = recording.began_at is None
    recording.began_at = recording.began_at or now - timedelta(seconds=samples / ogg.RATE + silent_for)
    recording.heard_at = now - timedelta(seconds=silent_for)
    recording.pieces, recording.pages, recording.samples = recording.pieces + 1, pages, samples
    recording.size += piece.size or 0
    recording.save(update_fields=["pieces", "pages", "samples", "size", "heard_at", "began_at"])
    upload.total_chunks = recording.pieces
    upload.save(update_fields=["total_chunks"])
    if is_first:
        announce(Transcript.objects.get(pk=hold.transcript_id), Updated(fields=["status"]))
    return recording.size


def let_go(hold: Hold, *, said_goodbye: bool) -> None:
    """The client is gone. Somebody may go on for WEBRTC_GRACE, or a shorter time after a goodbye; then it ends."""
    now = timezone.now()
    patience = min(AFTER_GOODBYE, settings.WEBRTC_GRACE) if said_goodbye else settings.WEBRTC_GRACE
    if not hold.pieces:  # nothing was ever heard, so there is nothing to go on with
        patience = 0.0
    _held(hold).update(held_until=now, heard_until=now, give_up_at=now + timedelta(seconds=patience))


def _held(hold: Hold) -> QuerySet[LiveRecording]:
    return LiveRecording.objects.filter(pk=hold.upload_id, epoch=hold.epoch, upload__finished_at=None)


# --- the end


def finish(hold: Hold) -> None:
    """End what is held: what is kept becomes the transcript. Nothing happens when it was lost."""
    _end(hold.upload_id, hold.transcript_id, Q(epoch=hold.epoch))


def recover() -> int:
    """End recordings that nobody holds any more and nobody came back to, or that were to stop. Returns how many."""
    now = timezone.now()
    forsaken = Q(held_until__lt=now) & (Q(give_up_at__lt=now) | Q(stop_wanted_at__isnull=False))
    found = LiveRecording.objects.filter(forsaken, upload__finished_at=None)
    ids = list(found.values_list("upload_id", "upload__transcript_id"))
    return sum(_end(upload, transcript, forsaken) for upload, transcript in ids)


@transaction.atomic
def _end(upload_id: uuid.UUID, transcript_id: uuid.UUID, still: Q) -> bool:
    transcript = lock_with_runs(transcript_id)
    upload = Upload.objects.select_for_update().filter(pk=upload_id, finished_at=None).first()
    recording = LiveRecording.objects.select_for_update().filter(still, pk=upload_id).first()
    if transcript is None or upload is None or recording is None:
        return False
    vault.abandon(_origin(upload_id, recording.epoch))
    if not recording.pieces:
        upload.delete()
        set_status(transcript, TranscriptStatus.IDLE)
        return True
    intake.settle(transcript, upload, mime=MIME)
    transcript.duration, transcript.audio_deleted = recording.samples / ogg.RATE * 1000, None
    transcript.save(update_fields=["duration", "audio_deleted", "updated_at"])
    announce(transcript, Duration(duration=transcript.duration))
    set_status(transcript, TranscriptStatus.UPLOADED)
    if not transcript.locked:  # somebody may have locked it meanwhile; it can be processed later
        runs.process(transcript)
    return True
