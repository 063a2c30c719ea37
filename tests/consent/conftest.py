"""A stored object, and storages that misbehave on purpose."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from consent import vault
from consent.models import AudioKind, AudioObject


@pytest.fixture
def store(db: None) -> Callable[..., AudioObject]:
    """Store some bytes, by default without adopting them."""

    def write(content: bytes = b"0123456789", *, origin: str = "test:1", **options: Any) -> AudioObject:
        return vault.store(
            io.BytesIO(content),
            transcript_id=None,
            origin=origin,
            **{"kind": AudioKind.PLAYBACK, "extension": "mp3", "media_type": "audio/mpeg", **options},
        )

    return write
