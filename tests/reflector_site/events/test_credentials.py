"""What is open by a key ends with the key: at once when it is revoked, by the clock when it expires."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.domain import create_api_key, revoke_api_key
from accounts.enums import AuditAction
from accounts.models import ApiKey, AuditEntry, User
from reflector_site.events import log
from tests.stack import until
from transcripts.events import Updated
from transcripts.models import Transcript

from .live import Site


@pytest.fixture(autouse=True)
def _nobody_looks_by_the_clock(monkeypatch: pytest.MonkeyPatch, quick: None) -> None:
    monkeypatch.setattr("reflector_site.events.hub.RECHECK", 60)


def test_a_revoked_key_closes_its_sockets_and_no_others(either: Site, owner: User, transcript: Transcript) -> None:
    key, plain = create_api_key(user=owner)
    gone = [either.watch(transcript, key=plain) for _ in range(2)]
    stays = either.watch(transcript)
    # The server listens to Redis when a whisper has come through.
    whisper = Updated(fields=["title"])
    until(lambda: log.whisper(transcript.stream_key, whisper) or not stays.is_quiet(0.05), seconds=5)
    revoke_api_key(ApiKey.objects.get(pk=key.pk), by=owner)
    assert [client.closed()[0] for client in gone] == [4401, 4401]
    assert stays.ask(type="ping")["type"] == "pong"


def test_an_expired_key_closes_its_sockets(either: Site, owner: User, transcript: Transcript) -> None:
    _, plain = create_api_key(user=owner, expires_at=timezone.now() + timedelta(seconds=2))
    client = either.watch(transcript, key=plain)
    assert client.closed()[0] == 4401


def test_who_watches_a_transcript_is_noted_once_an_hour(site: Site, owner: User, transcript: Transcript) -> None:
    AuditEntry.objects.all().delete()
    for _ in range(2):
        site.watch(transcript).close()
    entry = AuditEntry.objects.get()
    assert (entry.user, entry.action, entry.subject) == (owner, AuditAction.READ, transcript.stream_key)
