"""Translating with real processes: from the request to the words, cancelled, killed, and brought up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults.conftest import ENGINES, assert_nothing_half_made, status, upload, wait_for_end
from tests.peers.gpu_translate import KEY, GpuTranslatePeer
from tests.stack import Stack, running, until


@pytest.fixture(scope="module")
def peer() -> Iterator[GpuTranslatePeer]:
    with GpuTranslatePeer() as peer:
        yield peer


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, peer: GpuTranslatePeer) -> Iterator[Stack]:
    service = {"TRANSLATION_ENGINE": "auto", "TRANSLATE_URL": peer.url, "TRANSLATE_MODAL_API_KEY": KEY}
    with running(tmp_path_factory.mktemp("var"), {**ENGINES, **service}) as stack:
        stack.web()
        stack.scheduler()
        yield stack


@pytest.fixture(scope="module")
def finished(stack: Stack, client: httpx.Client) -> str:
    """The id of a transcript that a worker has made."""
    worker = stack.worker()
    transcript = upload(client)
    assert wait_for_end(client, transcript)["status"] == "ended"
    stack.kill(worker)
    return transcript


@pytest.fixture(autouse=True)
def _as_it_was(peer: GpuTranslatePeer, client: httpx.Client, finished: str) -> Iterator[None]:
    peer.slowness = 0.0
    yield
    peer.slowness = 0.0
    client.post(f"/v1/transcripts/{finished}/cancel")
    for language in ("fr", "de"):
        client.delete(f"/v1/transcripts/{finished}/translations/{language}")


def translate(client: httpx.Client, transcript: str, language: str = "fr") -> str:
    answer = client.post(f"/v1/transcripts/{transcript}/translate", json={"target_language": language})
    return str(answer.raise_for_status().json()["status"])


def standing(client: httpx.Client, transcript: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/transcripts/{transcript}/translations").raise_for_status().json()
    return found


def complete(client: httpx.Client, transcript: str) -> bool:
    found = standing(client, transcript)
    assert found["run"]["state"] in ("active", "ended"), found["run"]["error"]
    return [language["complete"] for language in found["languages"]] == [True]


def asked_for(peer: GpuTranslatePeer, count: int) -> None:
    until(lambda: len(peer.requests) >= count, what=f"{count} texts to be asked for")


def test_a_worker_translates_while_the_transcript_stays_finished(
    stack: Stack, client: httpx.Client, finished: str, peer: GpuTranslatePeer
) -> None:
    before = client.get(f"/v1/transcripts/{finished}", params={"transcript_format": "json"}).json()
    worker = stack.worker()
    assert translate(client, finished) == "ok"
    seen = set()

    def done() -> bool:
        seen.add(status(client, finished))
        return complete(client, finished)

    until(done, what="the translation")
    assert seen == {"ended"}
    rows = client.get(f"/v1/transcripts/{finished}/translations/fr").json()
    assert [row["translation"] for row in rows] == [f"en:fr:{row['text']}" for row in rows]
    after = client.get(f"/v1/transcripts/{finished}", params={"transcript_format": "json"}).json()
    assert after["transcript"] == before["transcript"]
    stack.kill(worker)


def test_a_worker_killed_in_the_middle_loses_nothing(
    stack: Stack, client: httpx.Client, finished: str, peer: GpuTranslatePeer
) -> None:
    peer.slowness = 0.5
    peer.requests.clear()
    doomed = stack.worker()
    translate(client, finished)
    asked_for(peer, 2)
    stack.kill(doomed)
    until(lambda: not stack.family(), what="the engine to die with its worker")
    assert status(client, finished) == "ended"
    peer.slowness = 0.0
    healthy = stack.worker()
    until(lambda: complete(client, finished), what="another worker to translate it")
    twice = "select utterance_id from transcripts_translation group by utterance_id, language having count(*) > 1"
    assert stack.rows(twice) == []
    stack.kill(healthy)


def test_a_cancel_in_the_middle_leaves_what_was_there(
    stack: Stack, client: httpx.Client, finished: str, peer: GpuTranslatePeer
) -> None:
    worker = stack.worker()
    translate(client, finished)
    until(lambda: complete(client, finished), what="the translation")
    before = client.get(f"/v1/transcripts/{finished}/translations/fr").json()
    peer.slowness = 0.5
    peer.requests.clear()
    translate(client, finished, "de")
    asked_for(peer, 2)
    begun = time.monotonic()
    client.post(f"/v1/transcripts/{finished}/cancel").raise_for_status()
    until(lambda: standing(client, finished)["run"]["state"] == "cancelled", seconds=10, what="the cancel")
    assert time.monotonic() - begun < 2
    assert [language["language"] for language in standing(client, finished)["languages"]] == ["fr"]
    assert client.get(f"/v1/transcripts/{finished}/translations/fr").json() == before
    assert status(client, finished) == "ended"
    assert_nothing_half_made(stack)
    stack.kill(worker)


def test_after_a_correction_only_what_was_corrected_is_translated(
    stack: Stack, client: httpx.Client, finished: str, peer: GpuTranslatePeer
) -> None:
    worker = stack.worker()
    translate(client, finished)
    until(lambda: complete(client, finished), what="the translation")
    peer.requests.clear()
    row = client.get(f"/v1/transcripts/{finished}/translations/fr").json()[0]
    corrected = {"text": "Something else was said.", "seen": row["text"]}
    client.patch(f"/v1/transcripts/{finished}/utterances/{row['id']}", json=corrected).raise_for_status()
    assert [language["stale"] for language in standing(client, finished)["languages"]] == [1]
    assert client.get(f"/v1/transcripts/{finished}/translations/fr").json()[0]["stale"] is True
    assert translate(client, finished) == "ok"
    until(lambda: complete(client, finished), what="the update")
    assert peer.texts == ["Something else was said."]
    assert translate(client, finished) == "nothing to do"
    stack.kill(worker)
