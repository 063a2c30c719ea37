"""The pieces of an uploaded file, until they are put together."""

from __future__ import annotations

import uuid

from consent import vault
from consent.models import AudioKind, AudioObject

LARGE = 100_000_000  # bytes; a second or two of copying


def pieces(transcript_id: uuid.UUID) -> list[AudioObject]:
    """The pieces of a complete upload that still have to be put together, in order."""
    live = AudioObject.objects.live().filter(
        kind=AudioKind.CHUNK,
        uploadchunk__upload__transcript_id=transcript_id,
        uploadchunk__upload__finished_at__isnull=False,
    )
    return list(live.order_by("uploadchunk__number"))


def is_large(transcript_id: uuid.UUID) -> bool:
    """Whether putting the pieces together takes long enough to keep others waiting."""
    return sum(piece.size or 0 for piece in pieces(transcript_id)) > LARGE


def has_audio(transcript_id: uuid.UUID) -> bool:
    """Whether there is a file to process, whole or in pieces."""
    return vault.find(transcript_id, AudioKind.UPLOAD) is not None or bool(pieces(transcript_id))
