"""`manage.py transcribe` of a link."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from tests.peers.web import WebPeer
from transcripts.domain.sample import sample_path
from transcripts.models import Transcript

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("drain")]


@pytest.fixture
def web(settings: LazySettings) -> Iterator[WebPeer]:
    settings.OUTBOUND_ALLOW_NETWORKS = "127.0.0.0/8"
    with WebPeer() as peer:
        yield peer


def transcribe(what: str) -> str:
    output = StringIO()
    call_command("transcribe", what, format="text", stdout=output, stderr=StringIO())
    return output.getvalue()


def test_a_link_is_transcribed(web: WebPeer) -> None:
    assert "Speaker" in transcribe(web.recording("/meeting.mp3", sample_path().read_bytes()))
    assert Transcript.objects.get().name == "meeting"


def test_what_is_wrong_with_a_link_is_said(web: WebPeer) -> None:
    with pytest.raises(CommandError, match="There is nothing at this address"):
        transcribe(web.fail("/gone.mp3", 404))
    with pytest.raises(CommandError, match="must not hold a user name"):
        transcribe("https://me@example.org/a.mp3")
    assert Transcript.objects.count() == 1
