"""The Content-Security-Policy of the pages: everything from this site, nothing inline, and few exceptions.

Settings are made of it, so nothing here needs Django to be set up.
"""

from __future__ import annotations

from typing import Any

from csp.constants import NONCE, NONE, SELF

from reflector_site import names

#: Added for the page that shows the API: Swagger UI is started by a script in the page, and draws with data: pictures.
DOCS = {"script-src": [SELF, NONCE], "style-src": [SELF, NONCE], "img-src": [SELF, "data:"]}


def directives(*, issuer: str, audio: dict[str, Any]) -> dict[str, Any]:
    """For all pages. `issuer`: where signing in goes on, if anywhere; `audio`: the options of its storage."""
    return {
        "default-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([names.origin(issuer)] if issuer else [])],
        "media-src": [SELF, *_origins(audio)],
    }


def _origins(audio: dict[str, Any]) -> list[str]:
    """Where the presigned addresses of an S3 storage point to; none for files on disk."""
    if "bucket_name" not in audio:
        return []
    if audio["endpoint_url"]:
        return [names.origin(audio["endpoint_url"])]
    return [f"https://s3.{audio['region_name']}.amazonaws.com", "https://s3.amazonaws.com"]
