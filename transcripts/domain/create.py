"""How a transcript begins."""

from __future__ import annotations

from django.db import transaction

from accounts import audit
from accounts.enums import AuditAction
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
    target_language: str | None = "en",
    source_url: str = "",
) -> Transcript:
    """An empty transcript that waits for its audio. `source_language` is an ISO 639-1 code or "auto".

    It will be translated into `target_language`, where that is another than was spoken; None: into none.

    `source_url`: the link that its audio is fetched from, where there is one.
    """
    transcript = Transcript.objects.create(
        user=user,
        name=name,
        source_kind=source_kind,
        source_language=source_language,
        target_language=target_language or source_language,
        source_url=source_url,
    )
    done = AuditAction.IMPORTED if source_url else AuditAction.CREATED
    audit.record(user, done, transcript.stream_key, source=source_kind)
    announce_to_lists(transcript, TranscriptCreated(id=transcript.id))
    return transcript
