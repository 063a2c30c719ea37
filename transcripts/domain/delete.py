"""Deleting a transcript: the row, everything said in it, and every copy of its audio."""

from __future__ import annotations

from django.db import transaction

from consent import vault
from consent.models import AudioObject
from reflector_site.events.models import Stream
from transcripts.events import TranscriptDeleted, announce_to_owner
from transcripts.models import Run, Transcript, UploadChunk


@transaction.atomic
def delete_transcript(transcript: Transcript) -> None:
    """Remove the transcript and ask for the erasure of its audio, which goes on until storage confirms it.

    A worker that is busy with it finds its part gone at the next heartbeat and stops.
    """
    list(Run.objects.select_for_update().filter(transcript=transcript))  # the order of locks: runs, then the transcript
    announce_to_owner(transcript, TranscriptDeleted(id=transcript.id))
    audio = list(AudioObject.objects.filter(transcript_id=transcript.id, erase_wanted_at=None))
    UploadChunk.objects.filter(upload__transcript=transcript).delete()
    Stream.objects.filter(key=transcript.stream_key).delete()
    transcript.delete()
    vault.request_erasure(audio)
