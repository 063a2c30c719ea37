"""An OIDC issuer that the settings name, and clocks that need no waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from accounts.oidc import issuer as issuer_module
from accounts.oidc import provider
from tests.peers.oidc import AUDIENCE, OidcPeer


@pytest.fixture
def issuer(settings: LazySettings) -> Iterator[OidcPeer]:
    with OidcPeer() as peer:
        settings.OIDC_ISSUER, settings.OIDC_AUDIENCE = peer.url, AUDIENCE
        issuer_module._keys_of.cache_clear()  # a port may come again
        provider.forget()
        yield peer
