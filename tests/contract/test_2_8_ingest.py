"""Recordings come in and are processed."""

from __future__ import annotations

import httpx
import pytest

from tests import media

from .conftest import SAMPLE, Site, invalid, ok, refused, wait_for_end
from .shapes import ACTION_ITEMS, TOPIC, Maybe


def new(client: httpx.Client) -> str:
    made = ok(client.post("/v1/transcripts", json={"name": "Meeting", "source_kind": "file"}))
    return f"/v1/transcripts/{made['id']}"


def send(client: httpx.Client, path: str, piece: bytes, number: int = 0, total: int = 1) -> httpx.Response:
    return client.post(
        f"{path}/record/upload",
        params={"chunk_number": number, "total_chunks": total},
        files={"chunk": ("meeting.mp3", piece)},
    )


def test_from_upload_to_end_and_once_more(ann: httpx.Client) -> None:
    path = new(ann)
    content = SAMPLE.read_bytes()
    half = len(content) // 2
    assert ok(send(ann, path, content[half:], 1, 2))["status"] == "ok"  # in any order
    assert ok(send(ann, path, content[:half], 0, 2))["status"] == "ok"
    assert ok(ann.get(path))["source_kind"] == "file"
    found = wait_for_end(ann, path)
    assert (found["status"], found["error"]) == ("ended", "")
    assert found["title"]
    assert found["short_summary"]
    assert found["long_summary"].startswith("# Quick recap\n\n")
    assert found["duration"] > 10_000
    assert found["transcript"].startswith("Speaker ")
    assert ok(ann.get(f"{path}/topics"), [TOPIC])
    assert ok(ann.get(path), {"action_items": Maybe(ACTION_ITEMS)})["action_items"] is not None
    waveform = ok(ann.get(f"{path}/audio/waveform"))["data"]
    assert 250 <= len(waveform) <= 255
    assert max(waveform) == 1
    assert ann.get(f"{path}/audio/mp3").headers["content-type"] == "audio/mpeg"
    told = [(event["event"], event["data"].get("value")) for event in ok(ann.get(f"{path}/events"))["events"]]
    order = [told.index(("STATUS", value)) for value in ("uploaded", "processing", "ended")]
    assert order == sorted(order)
    assert {name for name, _ in told} >= {
        "DURATION",
        "WAVEFORM",
        "TOPIC",
        "FINAL_TITLE",
        "FINAL_SHORT_SUMMARY",
        "FINAL_LONG_SUMMARY",
        "ACTION_ITEMS",
    }

    ok(ann.patch(path, json={"title": "Mine"}))
    assert ok(ann.post(f"{path}/process")) == {"status": "ok"}
    assert ok(ann.post(f"{path}/process"))["status"] in ("already running", "ok")
    again = wait_for_end(ann, path)
    assert (again["status"], again["title"]) == ("ended", "Mine")
    assert ok(send(ann, path, media.wav()))["status"] == "ok"  # another file takes its place
    assert wait_for_end(ann, path)["status"] == "ended"


def test_while_it_is_running(ann: httpx.Client) -> None:
    path = new(ann)
    ok(send(ann, path, SAMPLE.read_bytes()))
    answer = ann.post(f"{path}/process")  # 200, where the replaced system meant to say so
    assert ok(answer) == {"status": "already running"}
    wait_for_end(ann, path)


def test_a_locked_transcript(ann: httpx.Client, spare: str) -> None:
    ok(ann.patch(spare, json={"locked": True}))
    refused(send(ann, spare, SAMPLE.read_bytes()), 400, "Transcript is locked")
    refused(ann.post(f"{spare}/record/webrtc", json={"sdp": "v=0", "type": "offer"}), 400, "Transcript is locked")
    refused(ann.post(f"{spare}/process"), 400, "Recording is locked")


def test_one_upload_at_a_time_and_as_many_as_one_likes(ann: httpx.Client) -> None:
    path = new(ann)
    ok(send(ann, path, b"abc", 0, 3))
    refused(send(ann, path, b"abc", 1, 4), 400, "There is already an upload in progress")
    ok(ann.delete(f"{path}/record/upload"))
    refused(send(ann, path, media.silent_video()), 400, "File has no audio stream")
    ok(send(ann, path, media.wav()))  # what failed before is in nobody's way
    wait_for_end(ann, path)


def test_what_is_no_recording(ann: httpx.Client) -> None:
    path = new(ann)
    refused(send(ann, path, b"Dear Sir or Madam, " * 100), 400)
    refused(ann.post(f"{path}/process"), 400, "Recording is not ready for processing")
    invalid(ann.post(f"{path}/record/webrtc", json={"type": "answer"}), ["body", "sdp"], ["body", "type"])
    invalid(
        ann.post(f"{path}/record/upload", files={"chunk": b"x"}), ["query", "chunk_number"], ["query", "total_chunks"]
    )


# --- a microphone over WebRTC; recordings themselves are in tests/faults/test_recording.py


OFFER = {"sdp": "v=0\r\n", "type": "offer"}


def test_who_may_offer_a_microphone(
    ann: httpx.Client, ben: httpx.Client, anonymous: httpx.Client, site: Site, spare: str
) -> None:
    refused(anonymous.post(site.path("public") + "/record/webrtc", json=OFFER), 401, "Not authenticated")
    refused(ben.post(site.path("public") + "/record/webrtc", json=OFFER), 403, "Not authorized")
    refused(ben.post(site.path("spoken") + "/record/webrtc", json=OFFER), 403, "Transcript access denied")
    ok(ann.patch(spare, json={"locked": True}))
    refused(ann.post(f"{spare}/record/webrtc", json=OFFER), 400, "Transcript is locked")


def test_what_is_no_offer(ann: httpx.Client) -> None:
    path = new(ann)
    invalid(ann.post(f"{path}/record/webrtc", json={}), ["body", "sdp"], ["body", "type"])
    assert ann.post(f"{path}/record/webrtc", json=OFFER).status_code in (400, 503)


# --- who may


@pytest.mark.parametrize("name", ["semi", "public", "in_den"])
def test_who_may_read_may_not_upload_nor_process(ben: httpx.Client, site: Site, name: str) -> None:
    refused(send(ben, site.path(name), SAMPLE.read_bytes()), 403, "Not authorized")
    refused(ben.post(site.path(name) + "/process"), 403, "Not authorized")
    refused(ben.post(site.path(name) + "/record/webrtc", json={"sdp": "v=0", "type": "offer"}), 403, "Not authorized")


def test_strangers_and_what_is_not_there(anonymous: httpx.Client, ann: httpx.Client, site: Site) -> None:
    refused(send(anonymous, site.path("public"), b"x"), 401, "Not authenticated")
    refused(anonymous.post(site.path("public") + "/process"), 401, "Not authenticated")
    nowhere = "/v1/transcripts/00000000-0000-4000-8000-000000000000"
    refused(send(ann, nowhere, b"x"), 404, "Transcript not found")
    refused(ann.post(f"{nowhere}/process"), 404, "Transcript not found")
