"""What a server says about its refusal, for people to read."""

from __future__ import annotations

import json

#: Refusals that pass: the server is slow, in conflict with itself, not ready or busy.
PASSING = frozenset({408, 409, 425, 429})
SAID_LENGTH = 300


def said(body: bytes) -> str:
    """The server's own message, in any of the shapes in which servers send one."""
    text = body.decode(errors="replace").strip()
    try:
        document = json.loads(text)
    except ValueError:
        return text[:SAID_LENGTH] or "no explanation"
    while isinstance(document, dict):
        document = next((document[key] for key in ("error", "message", "detail") if key in document), str(document))
    return str(document)[:SAID_LENGTH]
