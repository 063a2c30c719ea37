"""What tests of pages and of the API share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from tests.peers.zulip import EMAIL, KEY, ZulipPeer


@pytest.fixture
def zulip(settings: LazySettings) -> Iterator[ZulipPeer]:
    """A Zulip that the site is set up for."""
    with ZulipPeer() as peer:
        settings.ZULIP_REALM, settings.ZULIP_BOT_EMAIL, settings.ZULIP_API_KEY = peer.url, EMAIL, KEY
        yield peer
