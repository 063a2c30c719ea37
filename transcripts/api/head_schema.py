"""HEAD of the audio in the published schema, which drf-spectacular leaves out, under the name that clients know."""

from __future__ import annotations

from typing import Any

AUDIO = "/v1/transcripts/{transcript_id}/audio/mp3"


def add_head(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A hook of drf-spectacular: HEAD beside GET, with the same answers without their bodies. Ranges are for GET."""
    get = result["paths"][AUDIO]["get"]
    result["paths"][AUDIO]["head"] = {
        **get,
        "operationId": "v1_transcript_head_audio_mp3",
        "description": "The headers of the recording alone: its size and its ETag.",
        "parameters": [one for one in get["parameters"] if one["in"] != "header"],
        "responses": {
            status: {"description": answer.get("description") or "No body."}
            for status, answer in get["responses"].items()
            if status not in ("206", "416")
        },
    }
    return result
