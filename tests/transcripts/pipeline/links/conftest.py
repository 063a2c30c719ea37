from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.peers.web import WebPeer


@pytest.fixture
def web(settings: LazySettings) -> Iterator[WebPeer]:
    """A web site on this machine, which may be asked."""
    settings.OUTBOUND_ALLOW_NETWORKS = "127.0.0.0/8"
    with WebPeer() as peer:
        yield peer
