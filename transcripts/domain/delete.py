"""Deleting a transcript: the row, everything said in it, and every copy of its audio."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.enums import AuditAction
from accounts.guests import Asker
from consent import vault
from consent.models import AudioObject
from reflector_site.events import log
from reflector_site.events.models import Stream
from transcripts.domain.locks import lock_with_runs
from transcripts.events import TranscriptDeleted, announce_to_lists, lists_of, take_back_title
from transcripts.job_events import stream_of
from transcripts.models import Transcript, UploadChunk


@transaction.atomic
def delete_transcript(transcript: Transcript, *, by: Asker | None = None) -> None:
    """Remove the transcript and ask for the erasure of its audio, which goes on until storage confirms it.

    `by`: who wants it; None for the program.

    Nothing happens when it is deleted already.
    A worker that is busy with it finds its part gone at the next heartbeat and stops.
    """
    locked = lock_with_runs(transcript.pk)
    if locked is None:
        return
    erase_audio(locked)
    delete_runs(locked)
    Stream.objects.filter(key=locked.stream_key).delete()  # the events repeat what was said
    log.check_watchers(locked.stream_key)
    announce_to_lists(locked, TranscriptDeleted(id=locked.pk))
    take_back_title(locked, lists_of(locked))
    audit.record(by, AuditAction.DELETED, locked.stream_key)
    locked.delete()


def erase_audio(transcript: Transcript) -> None:
    """Ask for the erasure of every copy of its audio, and forget its uploads. Belongs in a transaction."""
    list(transcript.uploads.select_for_update())  # a piece that is just coming in is kept before this, or refused after
    vault.request_erasure(AudioObject.objects.filter(transcript_id=transcript.pk, erase_wanted_at=None))
    UploadChunk.objects.filter(upload__transcript=transcript).delete()
    transcript.uploads.all().delete()


def delete_runs(transcript: Transcript) -> None:
    """Forget how it was processed, with what was told of it; who still watches is let go. Belongs in a transaction."""
    jobs = [stream_of(run) for run in transcript.runs.values_list("pk", flat=True)]
    transcript.runs.all().delete()
    Stream.objects.filter(key__in=jobs).delete()
    for job in jobs:
        log.check_watchers(job)
