"""What a site is asked and answers, for the description of the API: `make examples` writes it to docs/examples.json."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from tests.fuzz.world import fill, site

#: Lists are cut after so many items, so that an example is read at a glance.
MOST = 2


def examples(client: httpx.Client) -> dict[str, dict[str, Any]]:
    """`{"request", "response"}` by operation id."""
    found: dict[str, dict[str, Any]] = {}

    def ask(operation: str, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = client.request(method, f"/v1/{path}", json=body, params=query).raise_for_status().json()
        found[operation] = (
            {"response": _short(answer)} if body is None else {"request": body, "response": _short(answer)}
        )
        return answer

    ask("v1_user_me", "GET", "me")
    items = ask("v1_transcripts_list", "GET", "transcripts")["items"]
    one = f"transcripts/{items[-1]['id']}"
    ask("v1_transcripts_search", "GET", "transcripts/search", q="meeting")
    ask("v1_transcripts_create", "POST", "transcripts", {"name": "Weekly", "source_language": "en"})
    ask("v1_transcript_get", "GET", one, transcript_format="text")
    ask("v1_transcript_update", "PATCH", one, {"title": "Budget of the spring fair", "share_mode": "semi-private"})
    topics = ask("v1_transcript_get_topics", "GET", f"{one}/topics")
    ask("v1_transcript_get_topics_with_words", "GET", f"{one}/topics/with-words")
    ask("v1_transcript_get_topics_with_words_per_speaker", "GET", f"{one}/topics/{topics[0]['id']}/words-per-speaker")
    ask("v1_transcript_get_audio_waveform", "GET", f"{one}/audio/waveform")
    people = ask("v1_transcript_get_participants", "GET", f"{one}/participants")
    ask("v1_transcript_add_participant", "POST", f"{one}/participants", {"name": "Cora"})
    ann = f"{one}/participants/{people[0]['id']}"
    ask("v1_transcript_get_participant", "GET", ann)
    ask("v1_transcript_update_participant", "PATCH", ann, {"name": "Anna"})
    span = {"participant": people[1]["id"], "timestamp_from": 0.0, "timestamp_to": 2.5}
    ask("v1_transcript_assign_speaker", "PATCH", f"{one}/speaker/assign", span)
    said = ask("v1_transcript_get_utterances", "GET", f"{one}/utterances")["items"][0]
    words = {"text": f"{said['text']} Indeed.", "seen": said["text"]}
    ask("v1_transcript_update_utterance", "PATCH", f"{one}/utterances/{said['id']}", words)
    edits = ask("v1_transcript_get_edits", "GET", f"{one}/edits")["items"]
    ask("v1_transcript_undo_edit", "POST", f"{one}/edits/{edits[0]['number']}/undo")
    ask("v1_transcript_events", "GET", f"{one}/events")
    ask("v1_jobs_list", "GET", "jobs")
    ask("v1_create_api_key", "POST", "user/api-keys", {"name": "Nightly export", "scopes": ["read"]})
    found["v1_create_api_key"]["response"]["key"] = "only here, and never again"
    ask("v1_list_api_keys", "GET", "user/api-keys")
    return found


def _short(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_short(each) for each in answer[:MOST]]
    return {name: _short(value) for name, value in answer.items()} if isinstance(answer, dict) else answer


def main() -> None:
    with tempfile.TemporaryDirectory() as place, site(Path(place)) as (stack, token):
        fill(stack, token)
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=stack.base, headers=headers, timeout=30) as client:
            json.dump(examples(client), sys.stdout, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
