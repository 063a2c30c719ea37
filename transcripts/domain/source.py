"""Where a transcript of a link comes from: what its source says of itself, and the captions that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from reflector_site.outbound.addresses import shown
from transcripts.enums import CaptionsKind
from transcripts.events import Updated, announce
from transcripts.models import Captions, Transcript


def default_name(url: str) -> str:
    """What an import is called until its source has told its title: host and path, without the rest."""
    parts = urlsplit(shown(url))
    return f"{parts.netloc}{parts.path}".rstrip("/")[:500]


def address(transcript: Transcript, *, whole: bool) -> str:
    """The link. Whole only for those who may change the transcript: secrets stand in queries."""
    if not transcript.source_url or whole:
        return transcript.source_url
    return shown(transcript.source_url)


def save_facts(
    transcript: Transcript, *, title: str, description: str, author: str, published_at: datetime | None
) -> None:
    """Write what the source says. Its title becomes the name, unless somebody gave it one."""
    fields = ["source_title", "source_description", "source_author", "source_published_at", "updated_at"]
    changed = ["source"]
    if title and transcript.name in ("", default_name(transcript.source_url), transcript.source_title):
        transcript.name = title
        fields.append("name")
        changed.insert(0, "name")
    transcript.source_title, transcript.source_description = title, description
    transcript.source_author, transcript.source_published_at = author, published_at
    transcript.save(update_fields=fields)
    announce(transcript, Updated(fields=changed))


def replace_captions(
    transcript: Transcript, cues: Sequence[dict[str, Any]], *, language: str, kind: CaptionsKind, name: str
) -> None:
    """Keep these captions instead of those that were there; without cues there are none."""
    there_were = transcript.captions.exists()
    transcript.captions.all().delete()
    if cues:
        Captions.objects.create(transcript=transcript, language=language, kind=kind, name=name, cues=list(cues))
    if cues or there_were:
        announce(transcript, Updated(fields=["captions"]))
