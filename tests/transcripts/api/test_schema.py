"""The published schema: complete, valid, and with the operation ids from which clients are generated."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_it_is_valid_and_nothing_was_guessed(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "openapi.yml"))


def test_operation_ids(schema: dict[str, Any]) -> None:
    ids = {
        operation["operationId"]
        for methods in schema["paths"].values()
        for operation in methods.values()
        if "operationId" in operation
    }
    assert {
        "health",
        "metrics",
        "v1_user_me",
        "v1_transcripts_list",
        "v1_transcripts_create",
        "v1_transcript_get",
        "v1_transcript_update",
        "v1_transcript_delete",
        "v1_transcript_post_to_zulip",
        "v1_zulip_get_streams",
        "v1_zulip_get_topics",
        "v1_transcript_get_topics",
        "v1_transcript_get_topics_with_words",
        "v1_transcript_get_topics_with_words_per_speaker",
        "v1_transcript_get_audio_mp3",
        "v1_transcript_head_audio_mp3",
        "v1_transcript_download",
        "v1_transcript_get_audio_waveform",
        "v1_transcript_record_upload",
        "v1_transcript_process",
    } <= ids


def test_every_operation_says_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert "401" in operation["responses"] or path == "/health", (method, path)


def test_head_of_the_audio_has_no_bodies(schema: dict[str, Any]) -> None:
    head = schema["paths"]["/v1/transcripts/{transcript_id}/audio/mp3"]["head"]
    assert {"200", "401", "403", "404", "429"} <= head["responses"].keys()
    assert not any("content" in answer for answer in head["responses"].values())
