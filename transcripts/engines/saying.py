"""What a server says about its refusal, for people to read."""

from __future__ import annotations

import json

import httpx

#: Refusals that pass: the server is slow, in conflict with itself, not ready or busy.
PASSING = frozenset({408, 409, 425, 429})
SAID_LENGTH = 300


def said(body: bytes) -> str:
    """The server's own message, in any of the shapes in which servers send one."""
    text = " ".join(body.decode(errors="replace").split())
    try:
        document = json.loads(text)
    except ValueError:
        return text[:SAID_LENGTH] or "no explanation"
    while isinstance(document, dict):
        document = next((document[key] for key in ("error", "message", "detail") if key in document), str(document))
    return str(document)[:SAID_LENGTH]


def retry_after(response: httpx.Response) -> float | None:
    """Seconds after which it may be asked again; None where it does not say, or says a date."""
    try:
        return max(0.0, float(response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
