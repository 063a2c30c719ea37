from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from accounts.models import User
from tests.peers.web import WebPeer
from tests.transcripts.pipeline.links.importing import Drain, bring
from transcripts.models import Transcript
from transcripts.pipeline.imports import import_link


@pytest.fixture
def web(settings: LazySettings) -> Iterator[WebPeer]:
    """A web site on this machine, which may be asked."""
    settings.OUTBOUND_ALLOW_NETWORKS = "127.0.0.0/8"
    with WebPeer() as peer:
        yield peer


@pytest.fixture
def imported(owner: User, drain: Drain) -> Callable[..., Transcript]:
    """Import a link, and work it off: the three steps of links, or with `whole` all."""

    def do(url: str, *, whole: bool = False, **more: Any) -> Transcript:
        transcript = import_link(user=owner, url=url, **more)
        drain() if whole else bring(transcript)
        transcript.refresh_from_db()
        return transcript

    return do
