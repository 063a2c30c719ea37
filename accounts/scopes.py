"""Reading an ASGI scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def headers_of(scope: Mapping[str, Any], name: str) -> list[str]:
    """The values of one header, in order; `name` in small letters."""
    wanted = name.encode("latin-1")
    return [value.decode("latin-1") for raw, value in scope.get("headers", ()) if raw.lower() == wanted]
