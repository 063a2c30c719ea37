"""The addresses for machines that watch the site, in the published schema: they are no part of the API's framework."""

from __future__ import annotations

from typing import Any

_SENTENCE = {"text/plain": {"schema": {"type": "string"}}}


def _status(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": content}


_HEALTH = {
    "type": "object",
    "required": ["status"],
    "properties": {"status": _status("healthy", "unhealthy"), "detail": {"type": "string"}},
}
_PATHS: dict[str, Any] = {
    "/health": {
        "get": {
            "operationId": "health",
            "summary": "Whether everything that the site needs is up.",
            "tags": ["service"],
            "security": [{}],
            "responses": {
                "200": _answer("It is.", {"application/json": {"schema": _HEALTH}}),
                "503": _answer("It is not; `detail` says what is missing.", {"application/json": {"schema": _HEALTH}}),
            },
        }
    },
    "/metrics": {
        "get": {
            "operationId": "metrics",
            "summary": "Figures for Prometheus, for those whom the setting METRICS lets in.",
            "tags": ["service"],
            "security": [{}],
            "responses": {
                "200": _answer("The figures.", _SENTENCE),
                "401": _answer("Send METRICS_TOKEN as a bearer token.", _SENTENCE),
                "403": _answer("Only this machine may ask.", _SENTENCE),
                "404": _answer("They are switched off.", {"text/html": {"schema": {"type": "string"}}}),
            },
        }
    },
}


def add_service(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular."""
    result["paths"] = dict(sorted({**result["paths"], **_PATHS}.items()))
    return result
