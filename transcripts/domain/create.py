"""How a transcript begins."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from transcripts.enums import SourceKind
from transcripts.events import TranscriptCreated, announce_to_lists
from transcripts.models import Transcript


@transaction.atomic
def create_transcript(
    *,
    user: User,
    name: str,
    source_kind: SourceKind = SourceKind.FILE,
    source_language: str = "en",
    target_language: str = "en",
) -> Transcript:
    """An empty transcript that waits for its audio. `source_language` is an ISO 639-1 code or "auto"."""
    transcript = Transcript.objects.create(
        user=user,
        name=name,
        source_kind=source_kind,
        source_language=source_language,
        target_language=target_language,
    )
    announce_to_lists(transcript, TranscriptCreated(id=transcript.id))
    return transcript
