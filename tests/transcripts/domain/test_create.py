"""How a transcript begins."""

from __future__ import annotations

import pytest

from accounts.models import User
from reflector_site.events.models import Event
from transcripts.domain.create import create_transcript
from transcripts.enums import ShareMode, SourceKind

pytestmark = pytest.mark.django_db


def test_it_waits_for_its_audio_and_is_seen_by_its_owner_only(owner: User, stranger: User) -> None:
    transcript = create_transcript(user=owner, name="Weekly", source_language="auto")
    assert (transcript.status, transcript.error, transcript.user) == ("idle", "", owner)
    assert (transcript.source_kind, transcript.share_mode) == (SourceKind.FILE, ShareMode.PRIVATE)
    assert list(type(transcript).objects.visible_to(owner)) == [transcript]
    assert list(type(transcript).objects.visible_to(stranger)) == []


def test_its_owner_is_told(owner: User) -> None:
    transcript = create_transcript(user=owner, name="Weekly")
    event = Event.objects.get()
    assert (event.stream_id, event.name, event.data) == (
        f"user:{owner.pk}",
        "TRANSCRIPT_CREATED",
        {"id": str(transcript.pk)},
    )
