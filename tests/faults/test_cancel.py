"""Cancel in each step: answered within two seconds, nothing partial left, and doing it again gives all."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.faults.conftest import (
    LINK_STEPS,
    assert_complete,
    assert_nothing_half_made,
    import_link,
    status,
    upload,
    wait_for_end,
)
from tests.stack import Stack, until
from transcripts.pipeline.plans import FILE

SECONDS_TO_ANSWER = 2


def cancel(client: httpx.Client, transcript: str, *, rests: str = "uploaded") -> float:
    """Cancel and wait until it is done; the seconds that took."""
    begun = time.monotonic()
    client.post(f"/v1/transcripts/{transcript}/cancel").raise_for_status()
    until(lambda: status(client, transcript) == rests, seconds=10, what="the cancel")
    return time.monotonic() - begun


@pytest.mark.parametrize("step", FILE.names())
def test_cancelled_in_step(stack: Stack, client: httpx.Client, step: str) -> None:
    marker = stack.var / f"held-{step}"
    marker.unlink(missing_ok=True)
    held = stack.worker(held=step)
    transcript = upload(client)
    until(marker.exists, what=f"the worker to hang in {step}")

    assert cancel(client, transcript) < SECONDS_TO_ANSWER
    found = client.get(f"/v1/transcripts/{transcript}", params={"transcript_format": "json"}).json()
    assert (found["title"], found["short_summary"], found["action_items"], found["transcript"]) == (
        None,
        None,
        None,
        [],
    )
    assert client.get(f"/v1/transcripts/{transcript}/topics").json() == []
    assert told(stack, f"transcript:{transcript}")[-1] == "CANCELLED"
    assert told(stack, f"job:{found['run']['id']}")[-1] == "cancelled"
    assert_nothing_half_made(stack)
    sent = ["chunk", "chunk"] if step == "gather" else ["upload"]
    assert [row["kind"] for row in live_audio(stack, transcript)] == sent
    stack.kill(held)
    marker.unlink()

    worker = stack.worker()
    client.post(f"/v1/transcripts/{transcript}/process").raise_for_status()
    assert wait_for_end(client, transcript)["status"] == "ended"
    assert_complete(stack, client, transcript)
    stack.kill(worker)


def told(stack: Stack, stream: str) -> list[str]:
    """The names of the events that a viewer was sent."""
    found = stack.rows("select name from events_event where stream_id = %s order by seq", stream)
    return [str(row["name"]) for row in found]


def live_audio(stack: Stack, transcript: str) -> list[dict[str, object]]:
    return stack.rows(
        "select kind from consent_audioobject where transcript_id = %s and verified_at is null order by kind",
        transcript,
    )


@pytest.mark.parametrize("step", LINK_STEPS)
def test_an_import_cancelled_in_step(stack: Stack, client: httpx.Client, page: str, step: str) -> None:
    marker = stack.var / f"held-{step}"
    marker.unlink(missing_ok=True)
    held = stack.worker(held=step)
    transcript = import_link(client, page)
    before = client.get(f"/v1/transcripts/{transcript}").json()
    until(marker.exists, what=f"the worker to hang in {step}")

    assert cancel(client, transcript, rests="idle") < SECONDS_TO_ANSWER
    found = client.get(f"/v1/transcripts/{transcript}").json()
    assert (found["name"], found["source"]["title"]) == (before["name"], "")
    assert client.get(f"/v1/transcripts/{transcript}/captions").json() == []
    assert_nothing_half_made(stack)
    assert live_audio(stack, transcript) == []
    stack.kill(held)
    marker.unlink()

    worker = stack.worker()
    client.post(f"/v1/transcripts/{transcript}/process").raise_for_status()
    found = wait_for_end(client, transcript)
    assert (found["status"], found["name"]) == ("ended", "A meeting")
    assert_complete(stack, client, transcript)
    stack.kill(worker)


@pytest.fixture
def endless(stack: Stack) -> Iterator[None]:
    worker = stack.spawn("manage.py", "worker", log="worker", TRANSCRIPTION_ENGINE="tests.engines:Endless")
    yield
    stack.kill(worker)


@pytest.mark.usefixtures("endless")
def test_cancel_kills_an_engine_that_never_returns(stack: Stack, client: httpx.Client) -> None:
    transcript = upload(client)
    until(lambda: working_on(stack, transcript, "transcribe"), what="transcription")

    assert cancel(client, transcript) < SECONDS_TO_ANSWER
    until(lambda: not [child for child in stack.family() if child.cpu_percent(0.2) > 20], what="the engine to be gone")
    assert_nothing_half_made(stack)


def test_cancel_does_not_wait_for_a_worker_that_died(stack: Stack, client: httpx.Client) -> None:
    marker = stack.var / "held-read"
    marker.unlink(missing_ok=True)
    doomed = stack.worker(held="read")
    transcript = upload(client)
    until(marker.exists, what="the worker to hang in read")
    stack.kill(doomed)
    marker.unlink()
    assert cancel(client, transcript) < SECONDS_TO_ANSWER
    assert_nothing_half_made(stack)


def working_on(stack: Stack, transcript: str, step: str) -> bool:
    return bool(
        stack.rows(
            "select 1 from transcripts_part part join transcripts_step step on step.id = part.step_id"
            " join transcripts_run run on run.id = step.run_id"
            " where run.transcript_id = %s and step.name = %s and part.state = 'running'",
            transcript,
            step,
        )
    )


def test_cancelling_a_repetition_gives_back_what_was_there(stack: Stack, client: httpx.Client) -> None:
    worker = stack.worker()
    transcript = upload(client)
    wait_for_end(client, transcript)
    before = client.get(f"/v1/transcripts/{transcript}", params={"transcript_format": "json"}).json()
    stack.kill(worker)

    marker = stack.var / "held-summary"
    marker.unlink(missing_ok=True)
    held = stack.worker(held="summary")
    client.post(f"/v1/transcripts/{transcript}/process").raise_for_status()
    until(marker.exists, what="the worker to hang in summary")
    client.post(f"/v1/transcripts/{transcript}/cancel").raise_for_status()
    until(lambda: status(client, transcript) == "ended", what="the cancel")

    after = client.get(f"/v1/transcripts/{transcript}", params={"transcript_format": "json"}).json()
    assert {**after, "run": None, "change_seq": None} == {**before, "run": None, "change_seq": None}
    assert client.get(f"/v1/transcripts/{transcript}/audio/mp3").status_code == 200
    assert_nothing_half_made(stack)
    stack.kill(held)
